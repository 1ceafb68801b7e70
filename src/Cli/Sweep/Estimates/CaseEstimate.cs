using SparseProf.Cli.Sweep.Plan;
using SparseProf.Ops.Statistics;
using SparseProf.Ops.Units;

namespace SparseProf.Cli.Sweep.Estimates;

/// <summary>What a case is expected to take.</summary>
/// <param name="Call">Seconds of one call, pass or training; null where no model knows the device.</param>
/// <param name="Time">Of measuring the case: preparing, checking and sampling.</param>
/// <param name="Low">With the fewest blocks, or the lower end of a training.</param>
/// <param name="High">At most: sampling stops at the case's bound.</param>
/// <param name="Energy">Joules of the device meanwhile; null where its power is not known.</param>
internal sealed record CaseEstimate(PlannedCase Case, Estimate? Call, bool OutOfRange, Seconds Time, Seconds Low, Seconds High, Estimate? Energy);

/// <summary>Cases that are measured in turns, so they stay in one task.</summary>
internal sealed record CaseBundle(IReadOnlyList<CaseEstimate> Cases)
{
    public Seconds Time { get; } = Cases.Select(planned => planned.Time).Sum();

    public PlannedDevice Device => Cases[0].Case.Device;

    public int Repeat => Cases[0].Case.Repeat;

    public bool IsTraining => Cases[0].Case is TrainingPointCase;

    /// <summary>Cases of a plan in their order, those that are taken together as one.</summary>
    public static IEnumerable<List<PlannedCase>> Group(IEnumerable<PlannedCase> cases)
    {
        List<PlannedCase>? open = null;
        foreach (var planned in cases)
        {
            if (open is not null && planned.IsTakenWith(open[0]))
            {
                open.Add(planned);
                continue;
            }

            if (open is not null)
                yield return open;
            open = [planned];
        }

        if (open is not null)
            yield return open;
    }
}
