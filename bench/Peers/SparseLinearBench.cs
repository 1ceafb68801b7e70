using System.Globalization;
using SparseProf.Ops;
using SparseProf.Profiler.Kernels;
using SparseProf.Profiler.Kernels.Dense;
using SparseProf.Profiler.Kernels.Threading;
using SparseProf.Torch;

namespace SparseProf.Peers;

/// <summary>Our sparse layers against the best dense kernel of this machine, on 3072×768 weights and 128 tokens.</summary>
internal sealed class SparseLinearBench : IPeerBench
{
    private const int Rounds = 12;

    // The ratio that each pattern is to stay under.
    private static readonly (string Pattern, double AtMost)[] s_aims =
    [
        ("csr@0.1", 1 / 8.0), ("csr@0.05", 1 / 14.0), ("csr@0.5", 1), ("block:32x32@0.2", 1 / 5.0), ("2:4", 1 / 1.3),
    ];

    // Further densities, to find where CSR breaks even.
    private static readonly double[] s_densities = [0.4, 0.6, 0.7, 0.8, 0.9, 1];

    public string Name => "sparse";

    public IEnumerable<Comparison> Run()
    {
        TorchRuntime.Threads = Environment.ProcessorCount;
        using var team = new WorkerTeam(Environment.ProcessorCount);
        var (denseKernel, dense) = BestDense.Choose(LinearBench.Op("dense"), new KernelData());
        var patterns = s_aims.Select(aim => aim.Pattern).Concat(s_densities.Select(density => string.Create(CultureInfo.InvariantCulture, $"csr@{density}"))).ToList();
        var layers = patterns.Select(pattern => LinearBench.Prepare(pattern, team)).ToList();
        var (ours, denseSeconds) = (patterns.Select(_ => new List<double>()).ToList(), new List<double>());
        for (var round = 0; round < Rounds; round++)
        {
            if (round % 2 == 0)
                TimeDense();
            for (var i = 0; i < layers.Count; i++)
                ours[i].Add(LinearBench.Median(() => layers[i].Run(0)));
            if (round % 2 == 1)
                TimeDense();
        }

        var ratios = ours.Select(seconds => PairedRatio.Of([.. seconds.Zip(denseSeconds, (our, their) => our / their)])).ToList();
        Console.WriteLine($"{LinearBench.Shape}, {team.Threads} threads each; {denseKernel.Name}: {2.0 * LinearBench.Shape.M * LinearBench.Shape.N * LinearBench.Shape.K / LinearBench.MedianOf(denseSeconds) / 1e9:0} GFLOP/s");
        Console.WriteLine(BreakEven(patterns.Zip(ratios).Where(pair => pair.First.StartsWith("csr", StringComparison.Ordinal))));
        for (var i = 0; i < s_aims.Length; i++)
            yield return new Comparison(patterns[i], denseKernel.Name, LinearBench.MedianOf(ours[i]), LinearBench.MedianOf(denseSeconds), ratios[i], s_aims[i].AtMost);
        layers.ForEach(layer => layer.Dispose());
        dense.Dispose();

        void TimeDense()
        {
            denseSeconds.Add(LinearBench.Median(() => dense.Run(0)));
            PeerProcess.Rest();
        }
    }

    private static string BreakEven(IEnumerable<(string Pattern, PairedRatio Ratio)> curve)
    {
        var points = curve.Select(point => (Density: SparsityPatternText.Parse(point.Pattern).Density.Value, point.Ratio)).OrderBy(point => point.Density).ToList();
        return $"CSR breaks even at a sparsity of {Crossing(ratio => ratio.Median)} ({Crossing(ratio => ratio.Low)} to {Crossing(ratio => ratio.High)})";

        // Between the last density that is faster than dense and the next one, linearly.
        string Crossing(Func<PairedRatio, double> read)
        {
            var last = points.FindLastIndex(point => read(point.Ratio) < 1);
            if (last < 0)
                return "more than all that were tried";
            if (last == points.Count - 1)
                return "0 %: it is never slower";
            var (below, above) = (points[last], points[last + 1]);
            var share = (1 - read(below.Ratio)) / (read(above.Ratio) - read(below.Ratio));
            return $"{100 * (1 - below.Density - share * (above.Density - below.Density)):0} %";
        }
    }
}
