using SparseProf.Torch;
using SparseProf.Workloads.Modules;

namespace SparseProf.Workloads.Execution;

/// <summary>Puts one kind of execution into all layers of a model that can have it.</summary>
public static class Executions
{
    /// <summary>The layers of a model whose kernels can be chosen, by dotted path.</summary>
    public static IEnumerable<(string Path, WeightLayer Layer)> WeightLayers(this Module model) =>
        model.Modules().Where(entry => entry.Module is WeightLayer).Select(entry => (entry.Path, (WeightLayer)entry.Module));

    /// <summary>libtorch's default everywhere.</summary>
    public static void UseDefault(this Module model) => model.Use(_ => null);

    /// <summary>Weights times mask before each product, in every layer with a mask; libtorch's default in the others.</summary>
    public static void UseMasked(this Module model) => model.Use(layer => layer switch
    {
        { Mask: null } => null,
        LinearLayer linear => new MaskedLinear(linear.Weight, linear.Mask!, linear.Bias),
        Conv2dLayer convolution => new MaskedConv2d(convolution.Weight, convolution.Mask!, convolution.Stride, convolution.Padding),
        _ => null,
    });

    /// <summary>Chooses for each layer; null is libtorch's default.</summary>
    public static void Use(this Module model, Func<WeightLayer, IExecution?> choose)
    {
        foreach (var (_, layer) in model.WeightLayers())
            layer.Use(choose(layer));
    }
}
