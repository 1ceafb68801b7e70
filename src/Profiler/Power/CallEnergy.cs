using SparseProf.Ops.Units;

namespace SparseProf.Profiler.Power;

/// <summary>The energy of a window of calls.</summary>
/// <param name="Calls">Between the moments that the energy is counted between; whole for sources that count the whole window.</param>
/// <param name="Uncertainty">One standard deviation of one call's energy.</param>
public sealed record CallEnergy(string Source, EnergyReading Reading, double Calls, Joules? Uncertainty)
{
    private const int Parts = 5;

    /// <summary>Null where the window has no energy.</summary>
    public Joules? PerCall => Calls > 0 && Reading.Energy is { } energy ? new Joules(energy.Value / Calls) : null;

    public static CallEnergy Missing(IPowerSource source) => new(source.Name, EnergyReading.Missing(new(0), source.MissingBecause!), 0, null);

    /// <summary>
    /// Calls are counted between the first and the last step of the counter. The uncertainty is the larger of that of the
    /// two steps' moments and of the spread among five parts of the window.
    /// </summary>
    public static CallEnergy Of(string source, EnergyReading reading, CallLog log)
    {
        if (reading.Steps.Count < 2)
            return new CallEnergy(source, reading, log.Calls, log.Calls > 0 && reading.Uncertainty is { } whole ? whole / log.Calls : null);
        var calls = log.CallsAt(reading.Steps[^1].Time) - log.CallsAt(reading.Steps[0].Time);
        if (calls <= 0)
            return new CallEnergy(source, reading, 0, null);
        var fromSteps = (reading.Uncertainty?.Value ?? 0) / calls;
        return new CallEnergy(source, reading, calls, new Joules(Math.Max(fromSteps, SpreadOf(reading.Steps, log))));
    }

    // Standard error of the mean of the parts; 0 where there are too few steps to cut.
    private static double SpreadOf(IReadOnlyList<EnergyStep> steps, CallLog log)
    {
        if (steps.Count <= 2 * Parts)
            return 0;
        var parts = new List<double>();
        for (var part = 0; part < Parts; part++)
        {
            var (from, to) = (steps[part * (steps.Count - 1) / Parts], steps[(part + 1) * (steps.Count - 1) / Parts]);
            var calls = log.CallsAt(to.Time) - log.CallsAt(from.Time);
            if (calls > 0)
                parts.Add((to.Counter - from.Counter).Value / calls);
        }

        if (parts.Count < Parts)
            return 0;
        var mean = parts.Average();
        return Math.Sqrt(parts.Sum(part => (part - mean) * (part - mean)) / (Parts - 1) / Parts);
    }
}
