using SparseProf.Cli.Measure;
using SparseProf.Ops.Statistics;
using SparseProf.Profiler.Devices.Replay;
using SparseProf.Profiler.Sampling;
using SparseProf.Store;

namespace SparseProf.Cli.Tests.Gpu;

/// <summary>A run that an NVIDIA H200 recorded (`measure --gpu 0 --quick --plan scripts/gpu-recording.csv`), without the GPU.</summary>
public sealed class RecordedGpuTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sparseprof-recorded-").FullName;
    private readonly MeasurementReader _reader;

    public RecordedGpuTests()
    {
        // Opening a database writes beside it.
        var copy = Path.Combine(_folder, "nvidia-h200.db");
        File.Copy(Recorded("nvidia-h200.db"), copy);
        _reader = MeasurementReader.Open(copy);
    }

    public void Dispose()
    {
        _reader.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void Every_kernel_comes_back_with_the_interval_and_the_doubts_that_were_stored()
    {
        using var device = new ReplayDevice(_reader, runId: 1);
        Assert.Equal(("NVIDIA H200", "sm_90", 132), (device.Identity.Name, device.Identity.Architecture, device.Identity.Units));
        Assert.Equal(5, device.Measurements.Count);
        Assert.All(device.Measurements, row =>
        {
            var plan = new SamplingPlan(row.Mode) { WarmUp = WarmUp.None, StoppingRule = new() { MinSampledTime = new(1e9), MaxSamples = int.MaxValue } };
            var replayed = new Sampler(device).Measure(device.Work(row), plan, cancel: TestContext.Current.CancellationToken);
            Assert.Equal(MedianInterval.Of(_reader.Samples(row.Id)), replayed.Median);
            // The recorded run compared in turns, for whose samples "noisy" has another limit.
            Assert.Subset(row.Result!.Caveats.Select(caveat => caveat.Caveat.Name).Append("noisy").ToHashSet(), replayed.Caveats.Select(caveat => caveat.Caveat.Name).ToHashSet());
        });
    }

    [Fact]
    public void Its_tables_are_those_that_are_on_file()
    {
        var text = new StringWriter { NewLine = "\n" };
        GpuTables.Write(GpuEvidence.Of(_reader, runId: 1, asked: null), json: false, text);
        Assert.Equal(File.ReadAllText(Recorded("nvidia-h200.txt")), text.ToString());
    }

    private static string Recorded(string file) => Path.Combine(AppContext.BaseDirectory, "Gpu", "Recorded", file);
}
