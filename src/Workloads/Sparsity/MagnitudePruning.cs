using SparseProf.Ops;
using SparseProf.Ops.Units;
using SparseProf.Torch;
using SparseProf.Workloads.Modules;

namespace SparseProf.Workloads.Sparsity;

/// <summary>
/// Drops the smallest weights at one step, or along s(t) = s·(1 − (1 − progress)³) (Zhu and Gupta 2017, eq. 1, from no
/// sparsity on). Blocks rank by the sum of their magnitudes. What was dropped stays dropped.
/// </summary>
public sealed class MagnitudePruning : MaskedTraining
{
    private readonly IReadOnlyList<SparsityPattern> _final;
    private readonly SparsityPlan _plan;
    private readonly long _begin;
    private readonly long _end;
    private List<Tensor>? _global;

    internal MagnitudePruning(
        IReadOnlyList<(string Path, WeightLayer Layer)> layers, IReadOnlyList<SparsityPattern> patterns, SparsityPlan plan, long steps)
        : base(Masked(layers, patterns, i => Aten.Ones(layers[i].Layer.Weight.Shape, ScalarType.Bool)))
    {
        (_final, _plan) = (patterns, plan);
        _begin = (long)(plan.Begin * steps);
        _end = plan.Method == SparseMethod.Gradual ? Math.Max(_begin, (long)(plan.End * steps)) : _begin;
    }

    protected override bool ChangesMasksAfter(long step)
    {
        _global = null;
        return step >= _begin && step <= _end && (step == _end || (step - _begin) % _plan.UpdateInterval == 0);
    }

    private protected override Tensor NextMask(int layer, long step)
    {
        var progress = _end == _begin ? 1 : (double)(step - _begin) / (_end - _begin);
        var share = 1 - Math.Pow(1 - progress, 3);
        if (_plan.Distribution == DensityDistribution.Global)
            return (_global ??= GlobalMasks(1 - _plan.Pattern.Sparsity.Value * share))[layer];
        var weight = Layers[layer].Layer.Weight.OnCpu();
        return Masks.ByMagnitude(weight, At(share, _final[layer], Layers[layer].Layer)) ?? Aten.Ones(weight.Shape, ScalarType.Bool);
    }

    private static SparsityPattern At(double share, SparsityPattern final, WeightLayer layer)
    {
        var density = new Fraction(1 - final.Sparsity.Value * share);
        return final switch
        {
            SparsityPattern.Block block => new SparsityPattern.Block(block.Rows, block.Columns, density).FitTo(layer.Rows, layer.Columns),
            SparsityPattern.Unstructured when share < 1 => new SparsityPattern.Unstructured(density),
            _ => final,
        };
    }

    // One threshold over all layers.
    private List<Tensor> GlobalMasks(double density)
    {
        var all = new float[Layers.Sum(layer => layer.Weights)];
        var start = 0;
        foreach (var layer in Layers)
        {
            var values = layer.Layer.Weight.OnCpu().Data<float>();
            values.CopyTo(all.AsSpan(start));
            start += values.Length;
        }

        var kept = new bool[all.Length];
        LargestMagnitudes.Keep(all, kept, (long)Math.Round(density * all.Length));
        var masks = new List<Tensor>();
        start = 0;
        foreach (var layer in Layers)
        {
            masks.Add(Aten.FromArray(kept.AsSpan(start, (int)layer.Weights).ToArray(), layer.Layer.Weight.Shape));
            start += (int)layer.Weights;
        }

        return masks;
    }
}
