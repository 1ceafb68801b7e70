using SparseProf.Ops;
using SparseProf.Ops.Units;
using SparseProf.Profiler.Devices;

namespace SparseProf.Profiler.Power;

/// <summary>Energy of one call: the counter's difference over a window of repetitions, divided by them.</summary>
public static class EnergyLoop
{
    /// <summary>
    /// Repeats the work for <paramref name="window"/>, or for the source's shortest window if that is longer. Where no
    /// energy can be read nothing is run, and the reason is returned.
    /// </summary>
    public static CallEnergy Measure(
        IDevice device, ITimedWork work, TimingMode mode, int callsPerStretch, Seconds window, TimeProvider? clock = null, CancellationToken cancel = default)
    {
        clock ??= TimeProvider.System;
        if (device.Power.MissingBecause is { } because)
            return new CallEnergy(device.Power.Name, EnergyReading.Missing(new(0), because), 0);
        if (window < device.Power.ShortestWindow)
            window = device.Power.ShortestWindow;
        using var open = device.Power.Begin();
        var begun = clock.GetTimestamp();
        var calls = 0L;
        while (!cancel.IsCancellationRequested && clock.GetElapsedTime(begun).TotalSeconds < window.Value
            && device.Time(work, mode, callsPerStretch, (int)(calls % work.Copies)) is not null)
        {
            calls += callsPerStretch;
        }

        return new CallEnergy(device.Power.Name, open.End(), calls);
    }
}

/// <summary>The energy of a window of calls.</summary>
public sealed record CallEnergy(string Source, EnergyReading Reading, long Calls)
{
    /// <summary>Null where the window has no energy.</summary>
    public Joules? PerCall => Calls > 0 && Reading.Energy is { } energy ? energy / Calls : null;

    public Joules? Uncertainty => Calls > 0 && Reading.Uncertainty is { } sigma ? sigma / Calls : null;
}
