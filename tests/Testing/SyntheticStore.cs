using SparseProf.Ops;
using SparseProf.Ops.Units;
using SparseProf.Store;
using SparseProf.Store.Rows;

namespace SparseProf.Testing;

/// <summary>
/// Databases of runs that nobody measured, of any size. The device calls itself synthetic, every measurement carries the
/// caveat, and the same seed writes the same samples.
/// </summary>
public static class SyntheticStore
{
    public const string Device = "Synthetic device";

    private static readonly DateTimeOffset s_start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    /// <param name="kernels">Kernel measurements: for every shape one dense, the rest sparse.</param>
    /// <param name="powerReadings">Readings of power and clock, a hundred a second.</param>
    public static void Write(string path, int kernels, int powerReadings, int samples = 64, string model = "dense-transformer", string device = Device, double sparseSpeed = 1)
    {
        using var writer = MeasurementWriter.Open(path);
        var run = writer.BeginRun(Run(device), [new LibraryRow { Name = "synthetic", Version = "1.0" }]);
        var random = new Random(7);
        writer.Together(() =>
        {
            for (var i = 0; i < kernels; i++)
                Kernel(writer, run, i, samples, random, sparseSpeed);
            Models(writer, run, samples, random, model, sparseSpeed);
        });
        Power(writer, run, powerReadings, random);
        writer.EndRun(run, s_start.AddMinutes(5), "completed");
    }

    public static RunRow Run(string device = Device) => new()
    {
        StartedUtc = s_start,
        Command = "synthetic",
        ProgramVersion = "0.0.0",
        HostKey = "synthetic",
        HostSystem = "synthetic",
        DeviceKind = "gpu",
        DeviceName = device,
        DeviceKey = device,
        DeviceDriver = "none",
        DeviceArchitecture = "synthetic",
        DeviceUnits = 16,
        DeviceMemoryBytes = 16e9,
        DeviceCacheBytes = 32e6,
    };

    /// <summary>A measurement whose samples lie around <paramref name="seconds"/>.</summary>
    public static long Measure(MeasurementWriter writer, long run, MeasurementCase measured, double seconds, int samples, Random random, double? joules = null)
    {
        var id = writer.BeginMeasurement(run, measured);
        writer.AppendSamples(id, SampleKind.TimeS, [.. Enumerable.Range(0, samples).Select(_ => seconds * (1 + 0.02 * (random.NextDouble() - 0.5)))]);
        writer.CompleteMeasurement(id, new MeasurementResult
        {
            StopReason = "interval_narrow",
            ElapsedS = seconds * samples,
            SampleCount = samples,
            CallsPerSample = 1,
            WarmUpCalls = 3,
            PeakMemoryBytes = 1e9,
            EnergyJ = joules,
            EnergySigmaJ = joules * 0.01,
            EnergyMissingBecause = joules is null ? "synthetic" : null,
            Caveats = [new ObservedCaveat(Caveat.Synthetic, "generated")],
        });
        return id;
    }

    private static void Kernel(MeasurementWriter writer, long run, int i, int samples, Random random, double sparseSpeed)
    {
        SparsityPattern[] patterns =
        [
            SparsityPattern.Dense.Instance, SparsityPattern.TwoFour, Csr(0.5), Csr(0.2), Csr(0.1), Csr(0.05), Block(0.5), Block(0.2), Block(0.1), Block(0.05),
        ];
        var pattern = patterns[i % patterns.Length];
        var shape = i / patterns.Length;
        var gemm = new Gemm(new GemmShape(16L << (shape % 6), 768 * (1 + (shape / 6 % 5)), 768 * (1 + (shape / 30))), DType.Fp32, pattern);
        var execution = pattern is SparsityPattern.Dense ? Execution.Dense : Execution.Sparse;
        var seconds = 1e-5 + gemm.NonzeroFlops.Value / 2e11 * (execution == Execution.Dense ? 1 : 1.5 / sparseSpeed);
        Measure(writer, run, MeasurementCase.For(gemm, execution == Execution.Dense ? "dense" : "sparse", TimingMode.Hot, execution, verified: true), seconds, samples, random, seconds * 60);

        static SparsityPattern Csr(double density) => new SparsityPattern.Unstructured(new Fraction(density));
        static SparsityPattern Block(double density) => new SparsityPattern.Block(32, 32, new Fraction(density));
    }

    private static void Models(MeasurementWriter writer, long run, int samples, Random random, string model, double sparseSpeed)
    {
        Measure(writer, run, Model(model, "dense", Execution.Dense, 22e9), 0.1, samples, random, 6);
        Measure(writer, run, Model(model, "csr@0.1", Execution.Dense, 22e9), 0.1, samples, random, 6);
        Measure(writer, run, Model(model, "csr@0.1", Execution.Sparse, 3e9), 0.05 / sparseSpeed, samples, random, 3);
    }

    private static MeasurementCase Model(string name, string pattern, Execution execution, double work) => new()
    {
        Workload = name,
        Op = $"{name}:{pattern}",
        OpKind = "model",
        Kernel = execution.ToString().ToLowerInvariant(),
        Dtype = "fp32",
        Pattern = pattern,
        Batch = 1,
        Mode = TimingMode.Hot,
        Execution = execution,
        DenseEquivalentFlops = 22e9,
        NonzeroFlops = work,
        ParametersTotal = 110e6,
        ParametersActive = 110e6,
        ParametersNonzero = pattern == "dense" ? 110e6 : 33e6,
        WeightBytes = pattern == "dense" ? 440e6 : 170e6,
        Verified = true,
    };

    private static void Power(MeasurementWriter writer, long run, int readings, Random random)
    {
        const int Chunk = 500;
        const double Interval = 0.01;
        for (var first = 0; first < readings; first += Chunk)
        {
            var count = Math.Min(Chunk, readings - first);
            writer.AppendPower(run, new PowerChunk(
                "synthetic", first * Interval, [.. Enumerable.Range(0, count).Select(i => (float)(i * Interval))],
                [.. Enumerable.Range(0, count).Select(i => (float)(60 + 20 * Math.Sin((first + i) / 900.0) + 4 * random.NextDouble()))],
                [.. Enumerable.Range(0, count).Select(i => (float)(2.5e9 + 1e8 * Math.Cos((first + i) / 900.0)))]));
        }
    }
}
