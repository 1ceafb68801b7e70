using SparseProf.CostModel.Decisions;
using SparseProf.CostModel.Decisions.Deployment;
using SparseProf.Ops;
using SparseProf.Ops.Statistics;
using SparseProf.Reports.Charts;
using SparseProf.Reports.Document;
using SparseProf.Reports.Evidence;
using SparseProf.Store;

namespace SparseProf.Reports.Sections;

/// <summary>The measured devices against each other, and against accelerators that are only known from data sheets.</summary>
internal static class AcceleratorSection
{
    private const string Id = "accelerators";
    private const string Title = "Comparison of accelerators";

    public static Section Build(ReportEvidence evidence, MeasurementReader reader, DeploymentAdvice? advice)
    {
        if (evidence.Devices.Count == 0)
            return Section.Without(Id, Title, "Nothing was measured that could be compared.");
        var blocks = new List<Block>();
        foreach (var other in evidence.Devices.Skip(1))
            blocks.AddRange(Measured(reader, evidence.Devices[0], other));
        if (evidence.Devices.Count == 1)
            blocks.Add(new Block.Paragraph($"Only {evidence.Devices[0].Name} was measured. Everything else in this section is predicted from data sheets."));
        if (advice is not null)
            blocks.AddRange(Predicted(evidence, advice));
        return new(Id, Title, blocks);
    }

    private static IEnumerable<Block> Predicted(ReportEvidence evidence, DeploymentAdvice advice)
    {
        var singles = advice.Candidates.Where(candidate => candidate is { IsDense: true, Batch: 1, ServiceSeconds: not null })
            .GroupBy(candidate => candidate.Profile).Select(same => same.MinBy(candidate => candidate.ServiceSeconds!.Value.Value)!).ToList();
        if (singles.Count > 0)
            yield return new Block.ChartBlock(AcceleratorChart.Latency(advice.Question.Model, singles, Times(evidence, advice.Question.Model)));
        yield return new Block.Heading($"{advice.Question.Model} at {QuantityText.Digits(advice.Question.QueriesPerSecond)} requests a second");
        yield return new Block.Paragraph($"{Sentences.Capital(advice.Verdict)} Confidence: {advice.Confidence.ToString().ToLowerInvariant()}. Queueing: {advice.QueueingModel}. 'sparseprof advise deployment' answers the same for your model, load and limits.");
        if (AcceleratorChart.Pareto(advice) is { } pareto)
            yield return new Block.ChartBlock(pareto);
        if (advice.MeasureThis is { } deciding)
            yield return new Block.Paragraph($"The measurement that would decide: {deciding.Text}");
        var turning = advice.Sensitivities.Where(sensitivity => sensitivity is { Plausible: true, FlipsAt: not null }).ToList();
        if (turning.Count > 0)
        {
            yield return new Block.TableBlock(new(
                "sensitivities", "Assumptions that would flip this decision",
                [Column.Text("assumption", "assumption"), Column.Text("stated", "stated"), Column.Text("flips_at", "flips at"), Column.Text("instead", "then")],
                [.. turning.Select(sensitivity => new Cell[] { sensitivity.Assumption, sensitivity.Stated, sensitivity.FlipsAt, sensitivity.Instead })]));
        }
    }

    /// <summary>The dense times of a model, of every device that ran it.</summary>
    private static List<(string Device, string How, Estimate Time)> Times(ReportEvidence evidence, string model) =>
    [
        .. from device in evidence.Devices
           let best = device.Models.Where(measured => measured.Row.Workload == model && measured.Row.Execution == Execution.Dense && measured.Row.Pattern == "dense").MinBy(measured => measured.Time.Value)
           where best is not null
           select (device.Name, $"{best.Row.Dtype}{(best.Row.Mode == TimingMode.Graph ? ", replayed as a graph" : "")}", best.Time),
    ];

    private static IEnumerable<Block> Measured(MeasurementReader reader, DeviceEvidence baseline, DeviceEvidence other)
    {
        var works = RunComparison.Of(reader, baseline.Run.Id, other.Run.Id);
        if (works.Count == 0)
        {
            yield return new Block.Paragraph($"{baseline.Name} and {other.Name} measured no work in common.");
            yield break;
        }

        yield return new Block.TableBlock(new(
            $"devices-{baseline.Run.Id}-{other.Run.Id}", $"{other.Name} against {baseline.Name}, the same work",
            [Column.Text("work", "work"), new("baseline", "baseline", Quantity.Time), new("candidate", "candidate", Quantity.Time), new("time_ratio", "time ratio", Quantity.Ratio), Column.Text("verdict", "verdict")],
            [.. works.Select(work => new Cell[] { work.Work, work.Baseline, work.Candidate, work.TimeRatio, SpeedupChart.Word(work.Verdict) })])
        { Dense = true });
    }
}
