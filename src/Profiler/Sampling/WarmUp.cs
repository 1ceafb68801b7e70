using SparseProf.Ops;
using SparseProf.Ops.Statistics;
using SparseProf.Ops.Units;
using SparseProf.Profiler.Devices;

namespace SparseProf.Profiler.Sampling;

/// <summary>
/// Runs work until its time is stable: enough calls, enough time, the median of the last five within 2 % of the five
/// before, and a clock that no longer climbs; or until the limit.
/// </summary>
public sealed record WarmUp
{
    private const int Window = 5;

    public static WarmUp Default { get; } = new();

    public static WarmUp Quick { get; } = new() { MinCalls = 3, MaxTime = new(0.5) };

    /// <summary>A second is given away to heat and power averaging.</summary>
    public static WarmUp Sustained { get; } = new() { MinTime = new(1), MaxTime = new(4) };

    /// <summary>For recordings, which were warm already.</summary>
    public static WarmUp None { get; } = new() { MinCalls = 0, MaxTime = new(0) };

    public int MinCalls { get; init; } = 10;

    public Seconds MinTime { get; init; } = new(0.025);

    /// <summary>Two medians closer than this are the same.</summary>
    public double Tolerance { get; init; } = 0.02;

    public Seconds MaxTime { get; init; } = new(2);

    /// <summary>Runs in the mode that is then measured, call by call.</summary>
    /// <param name="shortest">Where samples are to last so long, warm-up does too once it knows the time of a call: single calls would let the device rest between them.</param>
    public WarmUpOutcome Run(IDevice device, ITimedWork work, TimingMode mode, TimeProvider clock, CancellationToken cancel, Seconds shortest = default)
    {
        var times = new List<double>();
        var clocks = new List<double>();
        var begun = clock.GetTimestamp();
        var warm = new Seconds(0);
        var (batch, calls) = (1, 0);
        while (!cancel.IsCancellationRequested && new Seconds(clock.GetElapsedTime(begun).TotalSeconds) < MaxTime)
        {
            if (device.Time(work, mode, batch, calls % work.Copies) is not { } timing)
                break;
            times.Add(timing.PerCall.Value);
            warm += timing.PerCall * batch;
            calls += batch;
            if (shortest.Value > 0 && times.Count == Window)
                batch = Batching.CallsPerSample(device, work, mode, PerCall(times), shortest);
            if (timing.Clock is { } hertz)
                clocks.Add(hertz.Value);
            if (times.Count >= MinCalls && warm >= MinTime && IsSteady(times, Tolerance, bothWays: true) && IsSteady(clocks, 0.1, bothWays: false))
                return new WarmUpOutcome(calls, PerCall(times), Stable: true);
        }

        return new WarmUpOutcome(calls, PerCall(times), Stable: false);
    }

    private static bool IsSteady(List<double> values, double tolerance, bool bothWays)
    {
        if (values.Count < 2 * Window)
            return !bothWays;
        var before = OrderStatistics.Median([.. values.TakeLast(2 * Window).Take(Window)]);
        var last = OrderStatistics.Median([.. values.TakeLast(Window)]);
        return last <= before * (1 + tolerance) && (!bothWays || last >= before * (1 - tolerance));
    }

    private static Seconds? PerCall(List<double> times) =>
        times.Count == 0 ? null : new Seconds(OrderStatistics.Median([.. times.TakeLast(Window)]));
}

/// <param name="PerCall">What one call takes now; null where nothing ran.</param>
public readonly record struct WarmUpOutcome(int Calls, Seconds? PerCall, bool Stable);
