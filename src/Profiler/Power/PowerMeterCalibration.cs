using SparseProf.Ops.Units;

namespace SparseProf.Profiler.Power;

/// <summary>
/// What a power meter can resolve, found by watching it while a square wave of known phase runs: how often its value
/// changes, over how long it averages, and how late it answers.
/// </summary>
/// <param name="UpdatePeriod">Median gap between changed values.</param>
/// <param name="AveragingWindow">Length of the boxcar whose step response fits best; 0 for instantaneous readings.</param>
/// <param name="Delay">Shift of the response against the load.</param>
internal sealed record PowerMeterCalibration(Seconds UpdatePeriod, Seconds AveragingWindow, Seconds Delay)
{
    private const double Resolution = 0.01;

    /// <param name="readings">Time in seconds and power in watts, polled faster than the meter updates.</param>
    /// <param name="halfPeriod">The load is on for this long, then off for as long, beginning with on at time 0.</param>
    /// <returns>Null where the meter never changed.</returns>
    public static PowerMeterCalibration? Fit(IReadOnlyList<(double Time, double Power)> readings, double halfPeriod)
    {
        var changes = readings.Where((reading, i) => i > 0 && reading.Power != readings[i - 1].Power).Select(reading => reading.Time).ToList();
        if (changes.Count < 3)
            return null;
        var gaps = changes.Skip(1).Zip(changes, (later, earlier) => later - earlier).Order().ToList();
        var best = (Error: double.PositiveInfinity, Window: 0.0, Delay: 0.0);
        for (var window = 0.0; window <= 1.0; window += Resolution)
        {
            for (var delay = 0.0; delay <= 0.3; delay += Resolution)
            {
                var error = Residual(readings, halfPeriod, window, delay);
                if (error < best.Error)
                    best = (error, window, delay);
            }
        }

        return new PowerMeterCalibration(new Seconds(gaps[gaps.Count / 2]), new Seconds(best.Window), new Seconds(best.Delay));
    }

    // Power = low + swing · (share of the averaging window with load); low and swing by linear regression, so the
    // residual is 1 − r².
    private static double Residual(IReadOnlyList<(double Time, double Power)> readings, double halfPeriod, double window, double delay)
    {
        double n = 0, sx = 0, sy = 0, sxx = 0, sxy = 0, syy = 0;
        foreach (var (time, power) in readings)
        {
            var x = LoadShare(time - delay, window, halfPeriod);
            (n, sx, sy, sxx, sxy, syy) = (n + 1, sx + x, sy + power, sxx + x * x, sxy + x * power, syy + power * power);
        }

        var (vx, vy, cov) = (n * sxx - sx * sx, n * syy - sy * sy, n * sxy - sx * sy);
        return vx <= 0 || vy <= 0 || cov <= 0 ? 1 : 1 - cov * cov / (vx * vy);
    }

    private static double LoadShare(double time, double window, double halfPeriod) =>
        window < Resolution
            ? (time >= 0 && time % (2 * halfPeriod) < halfPeriod ? 1 : 0)
            : (LoadTime(time, halfPeriod) - LoadTime(time - window, halfPeriod)) / window;

    // Time under load since 0.
    private static double LoadTime(double time, double halfPeriod)
    {
        if (time <= 0)
            return 0;
        var periods = Math.Floor(time / (2 * halfPeriod));
        return periods * halfPeriod + Math.Min(halfPeriod, time - periods * 2 * halfPeriod);
    }
}
