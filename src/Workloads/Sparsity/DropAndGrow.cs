using SparseProf.Ops;
using SparseProf.Torch;
using SparseProf.Workloads.Modules;

namespace SparseProf.Workloads.Sparsity;

/// <summary>
/// Dynamic sparse training: every ΔT steps each layer drops the smallest of its weights and grows as many others, from zero:
/// those with the largest gradients (RigL, Evci et al. 2020, algorithm 1) or random ones (SET, Mocanu et al. 2018). The
/// share is α/2·(1 + cos(π·t/T_end)). Such a step changes masks in place of weights.
/// </summary>
public sealed class DropAndGrow : MaskedTraining
{
    private readonly SparsityPlan _plan;
    private readonly long _seed;
    private readonly long _end;

    internal DropAndGrow(
        IReadOnlyList<(string Path, WeightLayer Layer)> layers, IReadOnlyList<SparsityPattern> patterns, SparsityPlan plan, long steps, long seed)
        : base(Masked(layers, patterns, i => RandomMasks.Of(layers[i].Layer.Weight.Shape, patterns[i], seed, i)))
    {
        (_plan, _seed) = (plan, seed);
        _end = (long)(plan.End * steps);
    }

    public override bool WantsDenseGradients(long step) => _plan.Method == SparseMethod.RigL && IsUpdate(step);

    /// <summary>The share of kept weights that an update at <paramref name="step"/> replaces.</summary>
    public double DropFraction(long step) => _plan.DropFraction / 2 * (1 + Math.Cos(Math.PI * step / _end));

    protected override bool ChangesMasksAfter(long step) => _plan.Method == SparseMethod.Set && IsUpdate(step);

    private protected override Tensor NextMask(int layer, long step)
    {
        var weight = Layers[layer].Layer.Weight;
        var mask = Layers[layer].Layer.Mask!.OnCpu().Data<bool>();
        var scores = new float[mask.Length];
        if (_plan.Method == SparseMethod.Set)
            RandomMasks.Fill(scores, _seed, (step + 1) * Layers.Count + layer);
        else if (Autograd.Grad(weight) is { } gradient)
            gradient.OnCpu().Data<float>().CopyTo(scores);
        var next = new bool[mask.Length];
        Replace(weight.OnCpu().Data<float>(), mask, scores, next, (long)(DropFraction(step) * Layers[layer].Kept));
        return Aten.FromArray(next, weight.Shape);
    }

    /// <summary>
    /// Drops the <paramref name="count"/> kept weights with the smallest magnitudes, then grows as many of all that are not
    /// kept, by the magnitude of their scores; dropped ones may return.
    /// </summary>
    internal static void Replace(ReadOnlySpan<float> weights, ReadOnlySpan<bool> mask, ReadOnlySpan<float> scores, Span<bool> next, long count)
    {
        // Above zero for what may be chosen, however small, and zero for what may not.
        var ranks = new float[weights.Length];
        for (var i = 0; i < ranks.Length; i++)
            ranks[i] = mask[i] ? MathF.Max(MathF.Abs(weights[i]), float.Epsilon) : 0;
        LargestMagnitudes.Keep(ranks, next, mask.Count(true) - count);
        for (var i = 0; i < ranks.Length; i++)
            ranks[i] = next[i] ? 0 : MathF.Max(MathF.Abs(scores[i]), float.Epsilon);
        var grown = new bool[ranks.Length];
        LargestMagnitudes.Keep(ranks, grown, count);
        for (var i = 0; i < grown.Length; i++)
            next[i] |= grown[i];
    }

    private bool IsUpdate(long step) => step > 0 && step < _end && step % _plan.UpdateInterval == 0;
}
