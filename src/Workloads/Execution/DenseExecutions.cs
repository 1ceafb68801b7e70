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

/// <summary>oneDNN's product, with a copy of the weights in its own layout.</summary>
public sealed class OneDnnLinear(Tensor weight, Tensor? bias) : IExecution
{
    private readonly Tensor _weight = TensorScope.Release(OneDnn.ToMkldnn(weight));

    public string Kernel => "onednn";

    public Tensor Forward(Tensor input) => OneDnn.Linear(input, _weight, bias);

    public void Dispose() => _weight.Dispose();
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
