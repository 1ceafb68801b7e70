using System.Diagnostics;
using SparseProf.Ops;
using SparseProf.Profiler.Kernels;
using SparseProf.Profiler.Kernels.Threading;

namespace SparseProf.Peers;

/// <summary>What the benches of sparse linear layers share.</summary>
internal static class LinearBench
{
    private const double BlockSeconds = 0.06;
    private const int WarmUps = 5;
    private const int LeastCalls = 11;

    public static GemmShape Shape { get; } = new(128, 3072, 768);

    public static Gemm Op(string pattern) => new(Shape, DType.Fp32, SparsityPatternText.Parse(pattern));

    /// <summary>Our layer of a pattern, checked.</summary>
    public static IPreparedKernel Prepare(string pattern, WorkerTeam team)
    {
        var op = Op(pattern);
        var kernel = CpuKernels.Sparse(team).For(op)[0];
        var prepared = kernel.Prepare(op, new KernelData());
        var correctness = prepared.Verify();
        return correctness.Passed ? prepared : throw new InvalidOperationException($"{kernel.Name} is wrong on {op}: {correctness}");
    }

    /// <summary>The median of a block of calls, after warm-up.</summary>
    public static double Median(Action call)
    {
        for (var i = 0; i < WarmUps; i++)
            call();
        var seconds = new List<double>();
        var end = Stopwatch.GetTimestamp() + (long)(BlockSeconds * Stopwatch.Frequency);
        while (Stopwatch.GetTimestamp() < end || seconds.Count < LeastCalls)
        {
            var start = Stopwatch.GetTimestamp();
            call();
            seconds.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return MedianOf(seconds);
    }

    public static double MedianOf(IReadOnlyCollection<double> values) => values.Order().ElementAt(values.Count / 2);
}
