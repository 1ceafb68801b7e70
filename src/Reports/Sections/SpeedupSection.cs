using SparseProf.CostModel.Decisions;
using SparseProf.Ops;
using SparseProf.Ops.Statistics;
using SparseProf.Reports.Charts;
using SparseProf.Reports.Document;
using SparseProf.Reports.Evidence;

namespace SparseProf.Reports.Sections;

/// <summary>What leaving out work promised beside what it delivered.</summary>
internal static class SpeedupSection
{
    private const string Id = "speedups";
    private const string Title = "Promised against delivered";

    public static Section Build(ReportEvidence evidence)
    {
        var blocks = new List<Block>();
        foreach (var device in evidence.Devices)
        {
            var kernels = device.Kernels.ToList();
            var sparse = kernels.Where(measured => measured.Row.Execution == Execution.Sparse && device.Speedups.ContainsKey(measured.Row.Id)).ToList();
            if (sparse.Count == 0)
                continue;
            blocks.Add(new Block.Paragraph(Sentence(device, sparse)));
            var chart = SpeedupChart.OfKernels(kernels, device.Speedups);
            if (ByFormat(device, sparse) is { Rows.Count: > 1 } table)
                blocks.Add(new Block.TableBlock(evidence.Devices.Count == 1 ? table : table with { Id = $"{table.Id}-{device.Run.Id}" }));
            blocks.Add(new Block.ChartBlock(evidence.Devices.Count == 1 ? chart : chart with { Id = $"{chart.Id}-{device.Run.Id}", Title = $"{chart.Title}, {device.Name}" }));
        }

        return blocks.Count == 0
            ? Section.Without(Id, Title, "No sparse kernel stands beside a dense one of the same shape; 'sparseprof measure --suite kernels' measures them.")
            : new(Id, Title, blocks);
    }

    // Up to here a product reads its weights for few tokens; beyond, arithmetic counts.
    private const long FewTokens = 128;

    private static Table ByFormat(DeviceEvidence device, List<TimedMeasurement> sparse) => new(
        "speedups-by-format", "Speedups at full clock by format and number of tokens",
        [
            Column.Text("format", "format"), Column.Text("kernel", "kernel"), Column.Text("dtype", "dtype"), Column.Text("tokens", "tokens"), new("kernels", "kernels"), new("faster", "faster"),
            new("slowest", "slowest", Quantity.Ratio), new("median", "median", Quantity.Ratio), new("fastest", "fastest", Quantity.Ratio),
        ],
        [
            .. sparse.Where(measured => measured.Row is { OpKind: "gemm", M: not null, Regime: Regime.Burst } && measured.Row.Mode != TimingMode.Cold)
                .GroupBy(measured => (Format: measured.Row.Pattern.Split('@')[0], measured.Row.Kernel, measured.Row.Dtype, Few: measured.Row.M <= FewTokens))
                .OrderBy(same => Formats.All.ToList().IndexOf(Formats.Of(same.First().Row.Pattern))).ThenBy(same => same.Key.Kernel, StringComparer.Ordinal).ThenBy(same => same.Key.Dtype, StringComparer.Ordinal).ThenByDescending(same => same.Key.Few)
                .Select(same => (same, Ratios: same.Select(measured => device.Speedups[measured.Row.Id].Delivered.Value).Order().ToArray()))
                .Select(group => new Cell[]
                {
                    group.same.Key.Format, group.same.Key.Kernel, group.same.Key.Dtype, Range(group.same.Select(measured => measured.Row.M!.Value)), group.Ratios.Length,
                    group.same.Count(measured => device.Speedups[measured.Row.Id].Verdict == Verdict.Faster), group.Ratios[0], OrderStatistics.Median(group.Ratios), group.Ratios[^1],
                }),
        ]);

    private static string Range(IEnumerable<long> tokens) => (tokens.Min(), tokens.Max()) is var (least, most) && least == most ? $"{least}" : $"{least} to {most}";

    private static string Sentence(DeviceEvidence device, List<TimedMeasurement> sparse)
    {
        var speedups = sparse.ConvertAll(measured => device.Speedups[measured.Row.Id]);
        var kept = speedups.Where(speedup => speedup.Promised > 1).Select(speedup => speedup.Delivered.Value / speedup.Promised!.Value).ToArray();
        var share = kept.Length > 0 ? $" In the median a kernel delivers {OrderStatistics.Median(kept) * 100:0} % of the speedup that its FLOPs promise." : "";
        return $"{device.Name}: of {sparse.Count} sparse kernels {speedups.Count(speedup => speedup.Verdict == Verdict.Faster)} are faster than the best dense kernel of their shape, "
            + $"{speedups.Count(speedup => speedup.Verdict == Verdict.Slower)} slower, {speedups.Count(speedup => speedup.Verdict is Verdict.Undecided or Verdict.Same)} undecided or the same.{share}";
    }
}
