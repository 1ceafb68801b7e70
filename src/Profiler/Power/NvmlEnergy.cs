using SparseProf.Ops.Units;

namespace SparseProf.Profiler.Power;

/// <summary>
/// Energy of steady work from NVML readings. The counter moves in steps of about 100 ms, so energy is counted between two
/// observed steps, after the start-up transient; the power readings integrated between the same steps are the cross-check.
/// </summary>
/// <param name="Span">What the energy covers: between the steps, or the whole window where power is integrated.</param>
internal sealed record NvmlEnergy(Joules Energy, Seconds Span, Joules Uncertainty, double? Disagreement, IReadOnlyList<EnergyStep> Steps)
{
    public bool FromCounter => Steps.Count > 0;

    /// <summary>Averaging, clock and temperature settle within this.</summary>
    public static readonly Seconds Settling = new(1);

    /// <summary>Between the two steps; shorter windows have no energy rather than a wrong one.</summary>
    public static readonly Seconds ShortestSpan = new(1);

    /// <summary>Null where the readings do not span enough time.</summary>
    public static NvmlEnergy? Of(IReadOnlyList<NvmlReading> readings, Seconds window)
    {
        var settled = readings.Where(reading => reading.Time.Value >= Settling.Value && reading.Time.Value <= window.Value).ToList();
        var steps = StepsOf(settled);
        return steps.Count >= 2 && steps[^1].Time - steps[0].Time >= ShortestSpan.Value
            ? FromSteps(settled, steps)
            : FromPower(settled, window);
    }

    private static NvmlEnergy FromSteps(List<NvmlReading> readings, List<Step> steps)
    {
        var (first, last) = (steps[0], steps[^1]);
        var span = last.Time - first.Time;
        var energy = last.Counter - first.Counter;
        var jitter = Math.Sqrt(first.Jitter * first.Jitter + last.Jitter * last.Jitter);
        return new NvmlEnergy(
            new Joules(energy),
            new Seconds(span),
            new Joules(energy / span * jitter),
            MeanPower(readings, first.Time, last.Time) is { } integrated ? Math.Abs(energy / span - integrated) / (energy / span) : null,
            [.. steps.Select(step => new EnergyStep(new Seconds(step.Time), new Joules(step.Counter)))]);
    }

    private static NvmlEnergy? FromPower(List<NvmlReading> readings, Seconds window)
    {
        if (readings.Count < 2 || readings[^1].Time.Value - readings[0].Time.Value < ShortestSpan.Value)
            return null;
        return MeanPower(readings, readings[0].Time.Value, readings[^1].Time.Value) is { } power
            ? new NvmlEnergy(new Joules(power * window.Value), window, new Joules(0.1 * power * window.Value), null, [])
            : null;
    }

    // A reading at which the counter differs from the reading before it; the change lies between the two.
    private static List<Step> StepsOf(List<NvmlReading> readings)
    {
        var steps = new List<Step>();
        for (var i = 1; i < readings.Count; i++)
        {
            if (readings[i].Counter is { } now && readings[i - 1].Counter is { } before && now.Value > before.Value)
            {
                var gap = readings[i].Time.Value - readings[i - 1].Time.Value;
                steps.Add(new Step((readings[i].Time.Value + readings[i - 1].Time.Value) / 2, now.Value, gap / Math.Sqrt(12)));
            }
        }

        return steps;
    }

    // Trapezoids over the readings inside [from, to].
    private static double? MeanPower(List<NvmlReading> readings, double from, double to)
    {
        double energy = 0;
        double time = 0;
        for (var i = 1; i < readings.Count; i++)
        {
            var (start, end) = (readings[i - 1], readings[i]);
            if (start.Time.Value < from || end.Time.Value > to || start.Power is not { } low || end.Power is not { } high)
                continue;
            var step = end.Time.Value - start.Time.Value;
            energy += (low.Value + high.Value) / 2 * step;
            time += step;
        }

        return time > 0 ? energy / time : null;
    }

    /// <param name="Jitter">Standard deviation of the moment: uniform between two readings.</param>
    private readonly record struct Step(double Time, double Counter, double Jitter);
}
