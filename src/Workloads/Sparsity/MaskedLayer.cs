using SparseProf.Ops;
using SparseProf.Torch;
using SparseProf.Workloads.Modules;

namespace SparseProf.Workloads.Sparsity;

/// <summary>A layer with a mask while it trains.</summary>
public sealed class MaskedLayer : IDisposable
{
    // The mask once more as numbers: a multiplication with bools would convert them each time.
    private readonly Tensor _keep;

    /// <summary>Prunes the layer by <paramref name="mask"/>, which it takes over.</summary>
    internal MaskedLayer(string path, WeightLayer layer, SparsityPattern pattern, Tensor mask)
    {
        (Path, Layer) = (path, layer);
        layer.Prune(mask, pattern);
        _keep = TensorScope.Release(Aten.To(mask, layer.Weight.ScalarType));
        Kept = Count(mask);
    }

    public string Path { get; }

    public WeightLayer Layer { get; }

    /// <summary>Weights that the mask keeps.</summary>
    public long Kept { get; private set; }

    public long Weights => Layer.Weight.Elements;

    public double Density => (double)Kept / Weights;

    /// <summary>Share of the kept weights that the last update of the mask replaced.</summary>
    public double Turnover { get; private set; }

    public void Dispose() => _keep.Dispose();

    /// <summary>Zeroes the gradient of what the mask drops, so that those weights and their optimizer state stay zero.</summary>
    internal void MaskGradient()
    {
        using var scope = TensorScope.Enter();
        if (Autograd.Grad(Layer.Weight) is { } gradient)
            Aten.MulInPlace(gradient, _keep);
    }

    /// <summary>Zeroes what the mask drops.</summary>
    internal void MaskWeight() => Aten.MulInPlace(Layer.Weight, _keep);

    /// <summary>Takes another mask; dropped weights become zero, and the optimizer's state of dropped and grown ones too.</summary>
    internal void Take(Tensor mask, IReadOnlyList<Tensor> optimizerState)
    {
        using var scope = TensorScope.Enter();
        using var noGrad = Autograd.NoGrad();
        var keep = Aten.To(mask, _keep.ScalarType).OnDevice(_keep.Device);
        var inBoth = Aten.Mul(keep, _keep);
        var kept = Count(mask);
        Turnover = kept == 0 ? 0 : (kept - Aten.Sum(inBoth).Scalar()) / kept;
        foreach (var state in optimizerState)
            Aten.MulInPlace(state, inBoth);
        Aten.CopyInPlace(Layer.Mask!, mask);
        Aten.CopyInPlace(_keep, keep);
        MaskWeight();
        Kept = kept;
    }

    /// <summary>Follows the layer's mask after a checkpoint was read into it.</summary>
    internal void Refresh()
    {
        using var scope = TensorScope.Enter();
        Aten.CopyInPlace(_keep, Layer.Mask!);
        Kept = Count(Layer.Mask!);
    }

    private static long Count(Tensor mask)
    {
        using var scope = TensorScope.Enter();
        return mask.OnCpu().Data<bool>().Count(true);
    }
}
