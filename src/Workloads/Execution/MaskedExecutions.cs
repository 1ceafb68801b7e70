using SparseProf.Torch;

namespace SparseProf.Workloads.Execution;

/// <summary>What a naive implementation of sparsity does: weights times mask, then the dense product, at every forward pass.</summary>
public sealed class MaskedLinear(Tensor weight, Tensor mask, Tensor? bias) : IExecution
{
    // A multiplication with a mask of another type would convert it each time.
    private readonly Tensor _mask = TensorScope.Release(Aten.To(mask, weight.ScalarType));

    public string Kernel => "masked";

    public Tensor Forward(Tensor input)
    {
        using var kept = Aten.Mul(weight, _mask);
        return Aten.Linear(input, kept, bias);
    }

    public void Dispose() => _mask.Dispose();
}

/// <summary>As <see cref="MaskedLinear"/>, for a convolution.</summary>
public sealed class MaskedConv2d(Tensor weight, Tensor mask, int stride, int padding) : IExecution
{
    private readonly Tensor _mask = TensorScope.Release(Aten.To(mask, weight.ScalarType));

    public string Kernel => "masked";

    public Tensor Forward(Tensor input)
    {
        using var kept = Aten.Mul(weight, _mask);
        return Aten.Conv2d(input, kept, null, stride, padding);
    }

    public void Dispose() => _mask.Dispose();
}
