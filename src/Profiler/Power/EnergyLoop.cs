using SparseProf.Ops;
using SparseProf.Ops.Units;
using SparseProf.Profiler.Devices;

namespace SparseProf.Profiler.Power;

/// <summary>Energy of one call: what was drawn over a window of repetitions, divided by them.</summary>
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
        if (device.Power.MissingBecause is not null)
            return CallEnergy.Missing(device.Power);
        if (window < device.Power.ShortestWindow)
            window = device.Power.ShortestWindow;
        using var open = device.Power.Begin();
        var log = new CallLog(clock);
        var begun = clock.GetTimestamp();
        while (!cancel.IsCancellationRequested && clock.GetElapsedTime(begun).TotalSeconds < window.Value
            && device.Time(work, mode, callsPerStretch, (int)(log.Calls % work.Copies)) is not null)
        {
            log.Add(callsPerStretch);
        }

        return CallEnergy.Of(device.Power.Name, open.End(), log);
    }
}
