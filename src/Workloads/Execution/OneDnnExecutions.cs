using SparseProf.Torch;

namespace SparseProf.Workloads.Execution;

/// <summary>oneDNN's product, with a copy of the weights.</summary>
public sealed class OneDnnLinear(Tensor weight, Tensor? bias) : IExecution
{
    private readonly Tensor _weight = TensorScope.Release(OneDnn.ToMkldnn(weight));

    public string Kernel => "onednn";

    public Tensor Forward(Tensor input) => OneDnn.Linear(input, _weight, bias);

    public void Dispose() => _weight.Dispose();
}

/// <summary>oneDNN's 1×1 convolution in place of a product; the weights are used where they are.</summary>
public sealed class OneDnnPointwiseLinear(Tensor weight, Tensor? bias) : IExecution
{
    private readonly Tensor _weight = TensorScope.Release(Aten.View(weight, weight.Size(0), weight.Size(1), 1, 1));

    public string Kernel => "onednn-conv1x1";

    public Tensor Forward(Tensor input) => OneDnn.PointwiseLinear(input, _weight, bias);

    public void Dispose() => _weight.Dispose();
}

/// <summary>oneDNN's convolution with a copy of the weights in the layout it likes best; the default lays them out anew each time.</summary>
public sealed class OneDnnConv2d(Tensor weight, int stride, int padding) : IExecution
{
    private readonly Tensor _weight = Reorder(weight, stride, padding);

    public string Kernel => "onednn-packed";

    public Tensor Forward(Tensor input) => OneDnn.Conv2d(input, _weight, null, stride, padding);

    public void Dispose() => _weight.Dispose();

    private static Tensor Reorder(Tensor weight, int stride, int padding)
    {
        using var copy = OneDnn.ToMkldnn(weight);
        return TensorScope.Release(OneDnn.ReorderConv2dWeight(copy, stride, padding));
    }
}
