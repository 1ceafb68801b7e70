using SparseProf.Ops;
using SparseProf.Ops.Statistics;
using SparseProf.Ops.Units;
using SparseProf.Profiler.Devices;

namespace SparseProf.Profiler.Sampling;

/// <summary>
/// Times two or more candidates side by side, so that drift of clock and temperature strikes all alike. A block visits
/// them in random order and back; only whole blocks enter a ratio.
/// </summary>
/// <param name="pause">Waits; replaced in tests.</param>
public sealed class InterleavedSampler(IDevice device, TimeBudget? budget = null, TimeProvider? clock = null, Action<Seconds>? pause = null)
{
    private const int MostSamplesPerVisit = 16;

    private readonly TimeProvider _clock = clock ?? TimeProvider.System;
    private readonly TimeBudget _budget = budget ?? TimeBudget.Unlimited;
    private readonly Action<Seconds> _pause = pause ?? (time => Thread.Sleep(TimeSpan.FromSeconds(time.Value)));

    /// <summary>Compares the candidates; a cancelled token ends it after the current sample.</summary>
    /// <exception cref="OperationCanceledException">Cancelled before the first whole block.</exception>
    public InterleavedMeasurement Measure(
        IReadOnlyList<ITimedWork> works, InterleavedPlan plan, Action<int, IReadOnlyList<Timing>>? handOver = null, CancellationToken cancel = default)
    {
        if (works.Count < 2)
            throw new ArgumentException("a comparison needs two candidates", nameof(works));
        var begun = _clock.GetTimestamp();
        using var watch = device.Watch();
        var candidates = works.Select(work => WarmUp(work, plan, cancel)).ToArray();
        var sampling = _clock.GetTimestamp();
        var random = new Random(plan.Seed);
        var blocks = 0;
        StopReason? stop = null;
        while (stop is null)
        {
            stop = RunBlock(candidates, plan, blocks, random, cancel);
            for (var i = 0; i < candidates.Length; i++)
            {
                var candidate = i;
                candidates[i].Samples.HandOver(handOver is null ? null : timings => handOver(candidate, timings));
            }

            if (stop is null)
                blocks++;
            else if (blocks == 0)
                cancel.ThrowIfCancellationRequested();
            stop ??= Check(candidates, plan, blocks, new Seconds(_clock.GetElapsedTime(sampling).TotalSeconds));
        }

        var conditions = watch.Stop();
        var elapsed = new Seconds(_clock.GetElapsedTime(begun).TotalSeconds);
        return new InterleavedMeasurement(
            [.. candidates.Select(candidate => candidate.ToMeasurement(device, plan, stop.Value, elapsed, conditions))],
            [.. candidates.Select(candidate => candidate.BlockOf.ToArray())],
            blocks);
    }

    private Candidate WarmUp(ITimedWork work, InterleavedPlan plan, CancellationToken cancel)
    {
        var warm = plan.WarmUp.Run(device, work, plan.Mode, _clock, cancel);
        cancel.ThrowIfCancellationRequested();
        var calls = Batching.CallsPerSample(device, work, plan.Mode, warm.PerCall);
        var perSample = (warm.PerCall ?? plan.Visit).Value * calls;
        return new Candidate(work, calls, Math.Clamp((int)(plan.Visit.Value / perSample), 1, MostSamplesPerVisit), warm.Calls);
    }

    /// <summary>One visit to each candidate in random order, and one back. Null where the block is whole.</summary>
    private StopReason? RunBlock(Candidate[] candidates, InterleavedPlan plan, int block, Random random, CancellationToken cancel)
    {
        var order = candidates.ToArray();
        random.Shuffle(order);
        foreach (var candidate in order.Concat(order.Reverse()))
        {
            // The candidate before has filled the caches with its own data; a long call fills them anew by itself.
            if (plan.Mode is not TimingMode.Cold && candidate.SamplesPerVisit > 1)
                device.Time(candidate.Work, plan.Mode, 1);
            for (var i = 0; i < candidate.SamplesPerVisit; i++)
            {
                if (cancel.IsCancellationRequested)
                    return StopReason.Interrupted;
                if (!candidate.Sample(device, plan.Mode, block))
                    return StopReason.RecordingEnded;
            }

            if (plan.DutyCycle.Value < 1)
                _pause(candidate.LastVisit * ((1 - plan.DutyCycle.Value) / plan.DutyCycle.Value));
        }

        return null;
    }

    private StopReason? Check(Candidate[] candidates, InterleavedPlan plan, int blocks, Seconds wall)
    {
        if (blocks >= plan.MaxBlocks)
            return StopReason.SampleLimit;
        if (_budget.IsSpent)
            return StopReason.BudgetSpent;
        if (blocks < plan.MinBlocks)
            return null;
        if (candidates.Skip(1).All(candidate => HalfWidth(candidate, candidates[0], blocks) <= plan.RelativeHalfWidth))
            return StopReason.IntervalNarrow;
        return wall >= plan.MaxWallTime ? StopReason.TimeLimit : null;
    }

    private static double HalfWidth(Candidate candidate, Candidate baseline, int blocks)
    {
        var ratio = BlockRatio.Of(candidate.Medians(blocks), baseline.Medians(blocks));
        return (ratio.High - ratio.Low) / 2 / ratio.Value;
    }

    private sealed class Candidate(ITimedWork work, int callsPerSample, int samplesPerVisit, int warmUpCalls)
    {
        public ITimedWork Work => work;

        public int SamplesPerVisit => samplesPerVisit;

        public SampleList Samples { get; } = new();

        public List<int> BlockOf { get; } = [];

        /// <summary>Device time of the samples of one visit, as of the latest.</summary>
        public Seconds LastVisit => new(Samples.Times[^1] * callsPerSample * samplesPerVisit);

        public bool Sample(IDevice device, TimingMode mode, int block)
        {
            if (device.Time(work, mode, callsPerSample, (int)((long)Samples.Count * callsPerSample % work.Copies)) is not { } timing)
                return false;
            Samples.Add(timing);
            BlockOf.Add(block);
            return true;
        }

        public double[] Medians(int blocks)
        {
            var perBlock = 2 * samplesPerVisit;
            var medians = new double[blocks];
            for (var block = 0; block < blocks; block++)
                medians[block] = OrderStatistics.Median(Samples.Times.Slice(block * perBlock, perBlock));
            return medians;
        }

        public Measurement ToMeasurement(IDevice device, InterleavedPlan plan, StopReason stop, Seconds elapsed, DeviceConditions conditions)
        {
            var times = Samples.Times.ToArray();
            var tooShort = times.Length == 0 ? null : Batching.TooShort(device, new(OrderStatistics.Median(times)), callsPerSample);
            return new Measurement(
                times, callsPerSample, warmUpCalls, stop, elapsed, device.TimerResolution, conditions,
                [.. SampleCaveats.Of(times, stop, plan.RelativeHalfWidth, 2 * plan.MinBlocks), .. tooShort is null ? [] : new[] { tooShort }, .. conditions.Caveats]);
        }
    }
}
