using SparseProf.Torch;

namespace SparseProf.Workloads.Execution;

/// <summary>
/// How one layer computes its product. A layer starts with libtorch's default; measuring swaps in other kernels. An
/// execution reads its layer's weights when it is made, and disposes only what it made itself.
/// </summary>
public interface IExecution : IDisposable
{
    /// <summary>The name of the kernel in reports and the store.</summary>
    string Kernel { get; }

    /// <summary>Linear layers: [tokens, inputs] to [tokens, outputs]. Convolutions: NCHW images to NCHW images.</summary>
    Tensor Forward(Tensor input);
}
