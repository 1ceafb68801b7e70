using SparseProf.Ops.Statistics;
using SparseProf.Store;
using SparseProf.Store.Rows;

namespace SparseProf.CostModel.Decisions;

/// <summary>The same work in two places.</summary>
/// <param name="TimeRatio">Time of the candidate over time of the baseline.</param>
public sealed record ComparedWork(string Work, Estimate Baseline, Estimate Candidate, Estimate TimeRatio)
{
    public Verdict Verdict => Verdicts.Of(TimeRatio);

    /// <summary>Of two independent times: half-widths in logs add up in squares.</summary>
    public static ComparedWork Of(string work, Estimate baseline, Estimate candidate)
    {
        var value = candidate.Value / baseline.Value;
        var down = Root(Math.Log(candidate.Value / candidate.Low), Math.Log(baseline.High / baseline.Value));
        var up = Root(Math.Log(candidate.High / candidate.Value), Math.Log(baseline.Value / baseline.Low));
        var provenance = (Provenance)Math.Max((int)baseline.Provenance, (int)candidate.Provenance);
        return new(work, baseline, candidate, new(value, value * Math.Exp(-down), value * Math.Exp(up), provenance, Math.Min(baseline.Coverage, candidate.Coverage)));
    }

    private static double Root(double a, double b) => Math.Sqrt(a * a + b * b);
}

/// <summary>
/// Measurements of the same work in two runs. On one device the kernel and the threads have to be the same too; between
/// devices, which have kernels of their own, the fastest verified way of each counts.
/// </summary>
public static class RunComparison
{
    public static IReadOnlyList<ComparedWork> Of(MeasurementReader reader, long baseline, long candidate)
    {
        var sameDevice = reader.Run(baseline).DeviceKey == reader.Run(candidate).DeviceKey;
        var before = Times(reader, baseline, sameDevice);
        var after = Times(reader, candidate, sameDevice);
        return [.. before.Where(pair => after.ContainsKey(pair.Key)).Select(pair => ComparedWork.Of(pair.Key, pair.Value, after[pair.Key]))];
    }

    private static Dictionary<string, Estimate> Times(MeasurementReader reader, long run, bool byKernel) =>
        TimedMeasurement.Load(reader, reader.Measurements(run)).Where(measured => measured.Row.Verified)
            .GroupBy(measured => Work(measured.Row, byKernel))
            .ToDictionary(same => same.Key, same => same.Select(measured => measured.Time).MinBy(time => time.Value));

    private static string Work(MeasurementRow row, bool byKernel)
    {
        var way = $"{row.Op} {row.Dtype} {row.Execution} {row.Mode} {row.Regime}".ToLowerInvariant();
        return byKernel ? $"{way} {row.Kernel} {row.Threads} threads" : way;
    }
}
