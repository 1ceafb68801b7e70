using SparseProf.CostModel.Decisions;
using SparseProf.Ops;
using SparseProf.Ops.Statistics;

namespace SparseProf.Reports.Evidence;

/// <summary>A sparse product on the same weights at the fewest and at the most tokens that were measured, where the verdict turns between them.</summary>
public sealed record TokenTrend(TimedMeasurement Few, Speedup AtFew, TimedMeasurement Many, Speedup AtMany)
{
    /// <summary>Whether more tokens favour the sparse kernel.</summary>
    public bool Gains => AtMany.Delivered.Value > AtFew.Delivered.Value;

    /// <summary>The strongest turn to sparse, else one to dense; null where none was measured.</summary>
    public static TokenTrend? Of(IReadOnlyList<DeviceEvidence> devices) => devices.SelectMany(device =>
            device.Kernels.Where(measured => IsProduct(measured.Row) && device.Speedups.ContainsKey(measured.Row.Id))
                .GroupBy(measured => (measured.Row.N, measured.Row.K, measured.Row.Dtype, measured.Row.Pattern, measured.Row.Kernel, measured.Row.Mode))
                .Select(same => same.OrderBy(measured => measured.Row.M).ToList())
                .Where(same => same[0].Row.M < same[^1].Row.M)
                .Select(same => new TokenTrend(same[0], device.Speedups[same[0].Row.Id], same[^1], device.Speedups[same[^1].Row.Id])))
        .Where(trend => (trend.AtFew.Verdict, trend.AtMany.Verdict) is (Verdict.Slower, Verdict.Faster) or (Verdict.Faster, Verdict.Slower))
        .OrderByDescending(trend => trend.Gains).ThenByDescending(trend => trend.AtMany.Delivered.Value).FirstOrDefault();

    private static bool IsProduct(Store.Rows.MeasurementRow row) =>
        row is { OpKind: "gemm", Verified: true, M: not null, Regime: Regime.Burst, Execution: Execution.Sparse } && row.Mode != TimingMode.Cold;
}
