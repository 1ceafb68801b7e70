using SparseProf.Ops;
using SparseProf.Ops.Units;
using SparseProf.Profiler.Devices;

namespace SparseProf.Profiler.Sampling;

/// <summary>How many calls one sample holds, so that the timer's step does not matter.</summary>
public static class Batching
{
    // One sample lasts at least 400 steps of the timer: a step is then 0.25 % of it (CUDA events: 0.5 µs → 200 µs).
    private const double TargetSteps = 400;

    // Below 40 steps (CUDA events: 20 µs) a sample says little.
    private const double FewestSteps = 40;

    /// <param name="shortest">Of one sample, beyond what the timer asks for.</param>
    public static int CallsPerSample(IDevice device, ITimedWork work, TimingMode mode, Seconds? perCall, Seconds shortest = default)
    {
        var most = device.MaxCallsPerSample(work, mode);
        if (perCall is not { Value: > 0 } time)
            return most;
        return (int)Math.Clamp(Math.Ceiling(Math.Max(TargetSteps * device.TimerResolution.Value, shortest.Value) / time.Value), 1, most);
    }

    /// <summary>A caveat where a sample of so many calls is still too short for the timer.</summary>
    public static ObservedCaveat? TooShort(IDevice device, Seconds perCall, int callsPerSample)
    {
        var steps = perCall.Value * callsPerSample / device.TimerResolution.Value;
        return steps >= FewestSteps
            ? null
            : new ObservedCaveat(Caveat.BelowTimerResolution, $"a sample lasts {perCall * callsPerSample}, the timer's step is {device.TimerResolution}");
    }
}
