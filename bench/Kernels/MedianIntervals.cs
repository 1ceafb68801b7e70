using BenchmarkDotNet.Attributes;
using SparseProf.Ops.Statistics;

namespace SparseProf.Kernels;

/// <summary>The median of 10,000 samples with its interval.</summary>
public class MedianIntervals
{
    private readonly double[] _samples = new double[10_000];

    [GlobalSetup]
    public void Draw()
    {
        var random = new Random(1);
        for (var i = 0; i < _samples.Length; i++)
            _samples[i] = 1e-3 * (1 + random.NextDouble());
    }

    [Benchmark]
    public double Interval() => MedianInterval.Of(_samples).Value;
}
