using SparseProf.Ops;
using SparseProf.Torch;
using SparseProf.Workloads.Modules;
using SparseProf.Workloads.Training.Optimizers;

namespace SparseProf.Workloads.Sparsity;

/// <summary>A method that keeps masks in layers and may change them between steps.</summary>
public abstract class MaskedTraining : SparseTraining
{
    private bool _changed;

    private protected MaskedTraining(IReadOnlyList<MaskedLayer> layers) => Layers = layers;

    public IReadOnlyList<MaskedLayer> Layers { get; }

    public override double Density => (double)Layers.Sum(layer => layer.Kept) / Layers.Sum(layer => layer.Weights);

    public override IReadOnlyDictionary<string, double> Densities => Layers.ToDictionary(layer => layer.Path, layer => layer.Density);

    public sealed override bool AfterBackward(long step, Optimizer optimizer)
    {
        _changed = false;
        if (WantsDenseGradients(step))
        {
            UpdateMasks(step, optimizer);
            return true;
        }

        using var noGrad = Autograd.NoGrad();
        foreach (var layer in Layers)
            layer.MaskGradient();
        return false;
    }

    public sealed override void AfterUpdate(long step, Optimizer optimizer)
    {
        if (ChangesMasksAfter(step))
        {
            UpdateMasks(step, optimizer);
            return;
        }

        using var noGrad = Autograd.NoGrad();
        foreach (var layer in Layers)
            layer.MaskWeight();
    }

    public override void Refresh()
    {
        foreach (var layer in Layers)
            layer.Refresh();
    }

    public override IEnumerable<KeyValuePair<string, double>> Metrics() => !_changed ? [] :
        Layers.SelectMany(layer => new KeyValuePair<string, double>[] { new($"density.{layer.Path}", layer.Density), new($"mask_turnover.{layer.Path}", layer.Turnover) })
            .Append(new("mask_turnover", Layers.Sum(layer => layer.Turnover * layer.Kept) / Layers.Sum(layer => layer.Kept)));

    /// <summary>Whether masks change from the weights that the optimizer leaves at this step.</summary>
    protected virtual bool ChangesMasksAfter(long step) => false;

    /// <summary>The mask that a layer takes: bool, on the CPU.</summary>
    private protected abstract Tensor NextMask(int layer, long step);

    private protected static IReadOnlyList<MaskedLayer> Masked(
        IReadOnlyList<(string Path, WeightLayer Layer)> layers, IReadOnlyList<SparsityPattern> patterns, Func<int, Tensor> mask) =>
        [.. layers.Select((entry, i) => new MaskedLayer(entry.Path, entry.Layer, patterns[i], TensorScope.Release(mask(i).OnDevice(entry.Layer.Weight.Device))))];

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            foreach (var layer in Layers)
                layer.Dispose();
        }

        base.Dispose(disposing);
    }

    private void UpdateMasks(long step, Optimizer optimizer)
    {
        using var scope = TensorScope.Enter();
        using var noGrad = Autograd.NoGrad();
        for (var i = 0; i < Layers.Count; i++)
            Layers[i].Take(NextMask(i, step), optimizer.StateOf(Layers[i].Layer.Weight));
        _changed = true;
    }
}
