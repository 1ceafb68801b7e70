using SparseProf.Ops.Units;

namespace SparseProf.Cli.Sweep.Plan;

/// <summary>What all entries of a plan share.</summary>
internal static class EntryText
{
    /// <summary>More cases than this are a slip in an axis, not a plan.</summary>
    public const int MostCases = 1_000_000;

    public static EntrySettings Settings(PlanFields fields, Seconds? time) => new(
        (fields.Find("devices") ?? fields.Owner).Where,
        fields.Axis("devices", item => item.Text),
        PlanReader.Time(fields.Find("time_per_case")) ?? time);

    /// <exception cref="Ops.Errors.UserErrorException">Too many.</exception>
    public static void CheckCount(long cases, PlanNode where)
    {
        if (cases > MostCases)
            throw where.Problem($"the axes multiply to more than {MostCases} cases", $"{MostCases} cases", "shorten an axis, or split the plan");
    }
}
