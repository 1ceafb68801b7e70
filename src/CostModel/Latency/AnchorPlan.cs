using SparseProf.CostModel.Hardware;

namespace SparseProf.CostModel.Latency;

/// <summary>The shapes worth measuring first, as a CSV of the same contract with latency left empty.</summary>
public static class AnchorPlan
{
    public static void Write(string path, KernelTable table, HardwareProfile profile, int count, int seed)
    {
        var families = table.Rows.GroupBy(row => row.Call.Family).ToArray();
        using var writer = new StreamWriter(path);
        writer.WriteLine(string.Join(',', table.Header));
        var empty = new[] { "latency_s", "power_w" };
        foreach (var family in families)
        {
            var rows = family.DistinctBy(row => row.Call).ToArray();
            var device = profile.Figures(rows[0].Call.DType, rows[0].Call.Pattern);
            foreach (var place in Calibration.Anchors([.. rows.Select(row => row.Call)], device, KernelPhysics.Typical, Math.Max(Calibration.LeastShapes, count / families.Length), seed))
                writer.WriteLine(CsvText.Line(rows[place].Fields.Select((field, i) => empty.Contains(table.Header[i]) ? "" : field)));
        }
    }
}
