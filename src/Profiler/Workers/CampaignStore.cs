using System.Diagnostics;
using SparseProf.Ops;
using SparseProf.Ops.Statistics;
using SparseProf.Ops.Units;
using SparseProf.Profiler.Devices;
using SparseProf.Profiler.Devices.Cuda;
using SparseProf.Profiler.Workers.Calibration;
using SparseProf.Store;
using SparseProf.Store.Rows;

namespace SparseProf.Profiler.Workers;

/// <summary>Puts the answers of a GPU run into the store, with the doubts that only the whole run can raise.</summary>
internal sealed class CampaignStore(MeasurementWriter writer, long runId, DeviceIdentity device)
{
    private const string PowerSource = "nvml";

    // Blocks of different comparisons get different numbers, so that only samples of one comparison are paired.
    private const int BlocksOfComparison = 1_000_000;

    private readonly long _begun = Stopwatch.GetTimestamp();
    private readonly GpuJudge _judge = new(device);
    private readonly SentinelDrift _drift = new();
    private readonly List<long> _sinceLook = [];
    private readonly HashSet<string> _named = [];
    private int _comparisons;

    /// <summary>What a worker found out about its instrument; the first of a name is kept.</summary>
    public void Observe(IReadOnlyDictionary<string, double>? observations)
    {
        // The answer came as JSON, where what must not be null can be.
        if (observations is null)
            return;
        _judge.Observe(observations);
        foreach (var (name, value) in observations.Where(pair => double.IsFinite(pair.Value) && _named.Add(pair.Key)))
            writer.AppendCalibration(runId, name, value);
    }

    /// <summary>A look at the sentinel; where it has moved, what was measured since the look before is doubted too.</summary>
    public void Look(IReadOnlyDictionary<string, double> seen)
    {
        foreach (var (name, value) in _drift.Take(seen, new Seconds(Stopwatch.GetElapsedTime(_begun).TotalSeconds)))
            writer.AppendCalibration(runId, name, value);
        if (_drift.Doubt is { } doubt)
            writer.Together(() => _sinceLook.ForEach(id => writer.AppendCaveat(id, doubt)));
        _sinceLook.Clear();
    }

    public void Keep(GpuJob job, WorkerEvent heard)
    {
        Observe(heard.Observations);
        if (heard is not { Case: { } measured, Result: { } result })
            return;
        var clock = ClockOf(heard.Clocks, result);
        Watts? power = result is { EnergyJ: { } energy, EnergyCalls: { } calls, EnergyWindowS: > 0 and { } window } ? new Watts(energy * calls / window) : null;
        List<ObservedCaveat> seen = [.. heard.Caveats.Select(caveat => caveat.Observed)];
        var doubts = _judge.Of(measured, OpOf(job), MedianOf(heard.Times), clock, power, heard.Fallback, seen).Concat(_judge.OfTemperature(measured, heard.Series));
        writer.Together(() =>
        {
            var id = writer.BeginMeasurement(runId, measured);
            Samples(id, heard.Times, heard.Clocks, []);
            Complete(id, result, clock, seen.Concat(doubts));
            Power(heard.Series, id);
        });
    }

    public void Keep(IReadOnlyList<ComparedCase> cases)
    {
        var comparison = ++_comparisons * BlocksOfComparison;
        foreach (var one in cases)
        {
            double[] clocks = one.Clocks.Count == one.Measured.Times.Length && one.Clocks.All(double.IsFinite) ? [.. one.Clocks] : [];
            var work = one.Work.Work;
            var result = one.Measured.ToResult() with
            {
                WorkspaceBytes = work.WorkspaceBytes,
                PeakMemoryBytes = work.PeakBytes,
                PeakMemoryScope = work.PeakBytes is null ? null : DeviceMemoryPeak.Scope(work.Copies),
            };
            var clock = ClockOf(clocks, result);
            var doubts = _judge.Of(one.Work.Case, OpOf(one.Work.Job), MedianOf(one.Measured.Times), clock, null, one.Work.Fallback, one.Measured.Caveats);
            writer.Together(() =>
            {
                var id = writer.BeginMeasurement(runId, one.Work.Case);
                Samples(id, one.Measured.Times, clocks, [.. one.Blocks.Select(block => (double)(comparison + block))]);
                Complete(id, result, clock, one.Measured.Caveats.Concat(doubts));
            });
        }

        // The watch saw all cases of the comparison in turns.
        Power(WorkerSeries.Of(cases[0].Measured.Conditions.Series), null);
    }

    public void Keep(GpuJob job, WorkerFailure failure)
    {
        if (job.Calibrates)
            return;
        var planned = job.ToCase();
        writer.AppendAttempt(runId, new AttemptRow
        {
            CaseKey = writer.CaseKeyOf(runId, planned),
            AtUtc = DateTimeOffset.UtcNow,
            Op = planned.Op,
            Kernel = job.Kernel,
            Status = failure.Status,
            Message = failure.Message,
            ExitCode = failure.ExitCode,
            Signal = failure.Signal,
            StderrTail = failure.OutputTail,
        });
    }

    private void Complete(long id, MeasurementResult result, Hertz? clock, IEnumerable<ObservedCaveat> caveats)
    {
        // One of a kind: the store keeps a caveat once.
        var all = (_drift.Doubt is { } drift ? caveats.Append(drift) : caveats).DistinctBy(caveat => caveat.Caveat.Name).ToList();
        writer.CompleteMeasurement(id, result with { MedianClockHz = clock?.Value, Caveats = all });
        if (_drift.Doubt is null)
            _sinceLook.Add(id);
    }

    private void Samples(long id, double[] times, double[] clocks, double[] blocks)
    {
        writer.AppendSamples(id, SampleKind.TimeS, times);
        if (clocks.Length == times.Length)
            writer.AppendSamples(id, SampleKind.ClockHz, clocks);
        if (blocks.Length == times.Length)
            writer.AppendSamples(id, SampleKind.Block, blocks);
    }

    private void Power(WorkerSeries? series, long? measurement)
    {
        if (series is { Time.Length: > 0 })
            writer.AppendPower(runId, series.ToChunk(PowerSource, Stopwatch.GetElapsedTime(_begun).TotalSeconds, measurement));
    }

    /// <summary>The clock of the timed stretches themselves, where they were long enough to tell; NVML's also sees the pauses.</summary>
    private static Hertz? ClockOf(double[] stamped, MeasurementResult result) =>
        stamped.Length > 0 ? new Hertz(OrderStatistics.Median(stamped)) : result.MedianClockHz is { } watched ? new Hertz(watched) : null;

    private static Op? OpOf(GpuJob job) => job.Workload is null ? job.ToOp() : null;

    private static Seconds MedianOf(double[] times) => new(OrderStatistics.Median(times));
}
