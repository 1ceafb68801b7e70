using SparseProf.Ops;
using SparseProf.Ops.Statistics;
using SparseProf.Torch;

namespace SparseProf.Workloads.Sparsity;

/// <summary>Masks of any pattern at random places: those of the largest of random numbers.</summary>
internal static class RandomMasks
{
    public static Tensor Of(ReadOnlySpan<long> shape, SparsityPattern pattern, long seed, long stream)
    {
        var scores = Aten.Empty(shape);
        Fill(scores.Data<float>(), seed, stream);
        return Masks.ByMagnitude(scores, pattern) ?? Aten.Ones(shape, ScalarType.Bool);
    }

    /// <summary>Uniform in (0, 1].</summary>
    public static void Fill(Span<float> scores, long seed, long stream)
    {
        var random = new SplitMix64(seed, stream);
        foreach (ref var score in scores)
            score = (float)(1 - random.NextUniform());
    }
}
