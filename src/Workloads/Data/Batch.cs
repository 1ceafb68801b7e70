using SparseProf.Torch;

namespace SparseProf.Workloads.Data;

/// <summary>Some examples of a data set on the CPU.</summary>
/// <param name="Inputs">Token numbers [batch, sequence], int64, or images [batch, 3, 32, 32], fp32.</param>
/// <param name="Labels">Classes [batch], int64; for language modelling the next tokens [batch, sequence].</param>
public sealed record Batch(Tensor Inputs, Tensor Labels) : IDisposable
{
    public void Dispose()
    {
        Inputs.Dispose();
        Labels.Dispose();
    }
}
