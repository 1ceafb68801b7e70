using SparseProf.Ops;
using SparseProf.Profiler.Kernels.Checking;
using SparseProf.Profiler.Kernels.Formats;
using SparseProf.Profiler.Kernels.Memory;
using SparseProf.Profiler.Kernels.Simd;
using SparseProf.Profiler.Kernels.Threading;

namespace SparseProf.Profiler.Tests.Kernels;

/// <summary>Random layers and teams of threads for the kernel tests.</summary>
internal static class KernelCases
{
    private static readonly WorkerTeam[] s_teams = [new(1), new(2)];

    public static WorkerTeam Team(int threads) => s_teams[threads - 1];

    /// <summary>Kernels for AVX-512 also run, slowly, without it; those for AVX2 do not.</summary>
    public static IEnumerable<SimdLevel> Levels { get; } =
        Enum.GetValues<SimdLevel>().Where(level => level == SimdLevel.Avx512 || level.IsSupported());

    public static void SkipUnlessRunnable(SimdLevel level) =>
        Assert.SkipUnless(Levels.Contains(level), $"this processor has no {level.Name()}");

    /// <summary>Weights pruned to the pattern, scaled so that results are near 1.</summary>
    public static float[] PrunedWeights(int rows, int columns, SparsityPattern pattern, int seed = 7)
    {
        var weights = Normal(rows * columns, seed, 1 / Math.Sqrt(columns));
        PatternProjection.Apply(weights, rows, columns, pattern);
        return weights;
    }

    public static float[] Normal(int count, int seed, double deviation = 1)
    {
        var values = new float[count];
        NormalData.Fill(values, seed, deviation);
        return values;
    }

    public static AlignedBuffer<float> Native(ReadOnlySpan<float> values)
    {
        var buffer = new AlignedBuffer<float>(values.Length);
        values.CopyTo(buffer.Span);
        return buffer;
    }

    /// <summary>Native memory full of NaN: what a kernel leaves unwritten shows.</summary>
    public static AlignedBuffer<float> Poisoned(int count)
    {
        var buffer = new AlignedBuffer<float>(count);
        buffer.Span.Fill(float.NaN);
        return buffer;
    }
}
