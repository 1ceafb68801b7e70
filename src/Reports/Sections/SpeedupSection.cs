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
            blocks.Add(new Block.ChartBlock(evidence.Devices.Count == 1 ? chart : chart with { Id = $"{chart.Id}-{device.Run.Id}", Title = $"{chart.Title}, {device.Name}" }));
        }

        return blocks.Count == 0
            ? Section.Without(Id, Title, "No sparse kernel stands beside a dense one of the same shape; 'sparseprof measure --suite kernels' measures them.")
            : new(Id, Title, blocks);
    }

    private static string Sentence(DeviceEvidence device, List<TimedMeasurement> sparse)
    {
        var speedups = sparse.ConvertAll(measured => device.Speedups[measured.Row.Id]);
        var kept = speedups.Where(speedup => speedup.Promised > 1).Select(speedup => speedup.Delivered.Value / speedup.Promised!.Value).ToArray();
        var share = kept.Length > 0 ? $" In the median a kernel delivers {OrderStatistics.Median(kept) * 100:0} % of the speedup that its FLOPs promise." : "";
        return $"{device.Name}: of {sparse.Count} sparse kernels {speedups.Count(speedup => speedup.Verdict == Verdict.Faster)} are faster than the best dense kernel of their shape, "
            + $"{speedups.Count(speedup => speedup.Verdict == Verdict.Slower)} slower, {speedups.Count(speedup => speedup.Verdict is Verdict.Undecided or Verdict.Same)} undecided or the same.{share}";
    }
}
