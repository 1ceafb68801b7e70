using SparseProf.Cli.Sweep.Plan;
using SparseProf.Ops.Statistics;
using SparseProf.Ops.Units;

namespace SparseProf.Cli.Sweep.Estimates;

/// <summary>Cases that one process measures, one after the other, into a shard of its own.</summary>
/// <param name="Number">From 1.</param>
internal sealed record PlannedTask(int Number, IReadOnlyList<CaseEstimate> Cases)
{
    // A machine may be that much slower than expected, and has to start first.
    private const double Margin = 1.5;
    private static readonly Seconds s_startLimit = new(120);
    private static readonly Seconds s_leastLimit = new(300);

    public PlannedDevice Device => Cases[0].Case.Device;

    public int Repeat => Cases[0].Case.Repeat;

    public Seconds Time => CaseEstimator.StartUp + Cases.Select(planned => planned.Time).Sum();

    public Seconds Low => CaseEstimator.StartUp + Cases.Select(planned => planned.Low).Sum();

    public Seconds High => CaseEstimator.StartUp + Cases.Select(planned => planned.High).Sum();

    /// <summary>After it the task is ended and tried again from where it was, whole minutes.</summary>
    public Seconds Limit => new(60 * Math.Ceiling(Math.Max(s_leastLimit.Value, s_startLimit.Value + Margin * High.Value) / 60));

    /// <summary>Null where the power of the device is not known for every case.</summary>
    public Estimate? Energy => Sum(Cases);

    /// <summary>Energies together: they share their cause, so the ends of their intervals add up.</summary>
    public static Estimate? Sum(IEnumerable<CaseEstimate> cases)
    {
        Estimate? sum = null;
        foreach (var planned in cases)
        {
            if (planned.Energy is not { } energy)
                return null;
            sum = sum is { } known
                ? new(known.Value + energy.Value, known.Low + energy.Low, known.High + energy.High, (Provenance)Math.Max((int)known.Provenance, (int)energy.Provenance), energy.Coverage)
                : energy;
        }

        return sum;
    }
}
