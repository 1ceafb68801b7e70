using SparseProf.Torch;

namespace SparseProf.Workloads.Execution;

/// <summary>libtorch's own choice.</summary>
public sealed class DefaultLinear(Tensor weight, Tensor? bias) : IExecution
{
    public string Kernel => "torch";

    public Tensor Forward(Tensor input) => Aten.Linear(input, weight, bias);

    public void Dispose()
    {
    }
}

/// <summary>libtorch's own choice.</summary>
public sealed class DefaultConv2d(Tensor weight, int stride, int padding) : IExecution
{
    public string Kernel => "torch";

    public Tensor Forward(Tensor input) => Aten.Conv2d(input, weight, null, stride, padding);

    public void Dispose()
    {
    }
}
