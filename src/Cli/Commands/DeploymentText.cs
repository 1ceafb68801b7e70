using SparseProf.Cli.Output;
using SparseProf.CostModel.Decisions.Deployment;
using SparseProf.CostModel.Latency;
using SparseProf.Ops;
using SparseProf.Ops.Statistics;
using SparseProf.Ops.Units;

namespace SparseProf.Cli.Commands;

/// <summary>An advice as text: the decision first, then the evidence, then what is not known.</summary>
internal static class DeploymentText
{
    private const int MostRows = 12;

    public static void Write(DeploymentAdvice advice, TextWriter output)
    {
        output.WriteLine($"{advice.Confidence.ToString().ToLowerInvariant()}: {advice.Verdict}");
        foreach (var contradiction in advice.Contradictions)
            output.WriteLine($"  {contradiction.Text}");
        if (advice.MeasureThis is { } measurement)
            output.WriteLine($"undecided: measure this: {measurement.Text}; --plan-out FILE writes it for 'measure --plan'");
        var feasible = advice.Candidates.Count(candidate => candidate.Feasible);
        output.WriteLine($"\n{feasible} of {advice.Candidates.Count} candidates keep every constraint; 90 % intervals; {advice.QueueingModel}");
        if (advice.Front.Count > 0)
        {
            output.WriteLine("not beaten in latency, price, energy and quality together:");
            Candidates(advice.Front, advice, output);
        }

        if (advice.Formats.Count > 0 && advice.Recommended is { } best)
        {
            output.WriteLine($"\nsparse formats on {best.Profile}, {best.DType.Name()}, batch {best.Batch}, against dense:");
            var table = new TextTable().Text("pattern", "speedup of the whole model");
            foreach (var format in advice.Formats)
                table.Row(format.Pattern.Text, format.Text);
            table.Write(output);
        }

        if (advice.Sensitivities.Count > 0)
        {
            output.WriteLine("\nwhat would change the decision:");
            var table = new TextTable().Text("assumption", "stated", "tried", "changes at", "instead");
            foreach (var sensitivity in advice.Sensitivities)
                table.Row(sensitivity.Assumption, sensitivity.Stated, sensitivity.Tried, (sensitivity.FlipsAt ?? "nothing changes") + (sensitivity.Plausible ? " (plausible)" : ""), sensitivity.Instead ?? "");
            table.Write(output);
        }

        if (feasible < advice.Candidates.Count)
            Infeasible(advice, output);
        foreach (var caveat in advice.Caveats)
            output.WriteLine($"caution: {caveat}");
    }

    private static void Candidates(IReadOnlyList<DeploymentCandidate> candidates, DeploymentAdvice advice, TextWriter output)
    {
        var table = new TextTable().Text("profile", "pattern", "dtype").Numbers("batch", "replicas", "p50", "p95", "(90 %)", "used", "power", "J/inference", "USD/million", "gCO2e/million", "memory").Text("quality", "from");
        foreach (var candidate in candidates.Take(MostRows))
        {
            var p95 = candidate.P95Seconds!.Value;
            table.Row(
                (candidate == advice.Recommended ? "> " : "  ") + candidate.Profile, candidate.Pattern.Text, candidate.DType.Name(), $"{candidate.Batch}", $"{candidate.Replicas!.Value.Value:0}",
                Time(candidate.MedianSeconds!.Value.Value), Time(p95.Value), $"{Time(p95.Low)} to {Time(p95.High)}", $"{candidate.Utilization!.Value.Value:0 %}",
                candidate.Watts is { } watts ? new Watts(watts.Value).ToString() : "?", Number(candidate.JoulesPerInference), Number(candidate.UsdPerMillion), Number(candidate.GramsPerMillion),
                $"{candidate.MemoryBytes / 1e9:0.00} GB", Quality(candidate.Quality), PredictionTable.Name(candidate.ServiceSeconds!.Value.Provenance));
        }

        table.Write(output);
        if (candidates.Count > MostRows)
            output.WriteLine($"  and {candidates.Count - MostRows} more; --json lists all");
    }

    private static void Infeasible(DeploymentAdvice advice, TextWriter output)
    {
        output.WriteLine("\nwhat excludes the others:");
        var table = new TextTable().Text("constraint").Numbers("candidates").Text("for example");
        foreach (var group in advice.Candidates.SelectMany(candidate => candidate.Violations.Select(violation => (candidate, violation))).GroupBy(pair => pair.violation.Constraint).OrderByDescending(group => group.Count()))
        {
            var (candidate, violation) = group.First();
            table.Row(group.Key.ToString().ToLowerInvariant(), $"{group.Count()}", $"{candidate.Name}: {violation.Text}");
        }

        table.Write(output);
    }

    private static string Quality(QualityChange quality) => quality.Change is { } change
        ? quality.Source == QualitySource.Baseline ? "baseline" : $"{change.Value:+0.0000;-0.0000} {quality.Metric} ({change.Low:+0.0000;-0.0000} to {change.High:+0.0000;-0.0000})"
        : "unknown";

    private static string Number(Estimate? estimate) => estimate is { } known ? $"{known.Value:G3} ({Short(known.Low)}–{Short(known.High)})" : "?";

    private static string Short(double value) => double.IsFinite(value) ? $"{value:G3}" : "∞";

    private static string Time(double seconds) => double.IsFinite(seconds) ? new Seconds(seconds).ToString() : "∞";
}
