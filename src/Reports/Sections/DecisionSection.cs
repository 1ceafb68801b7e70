using SparseProf.Ops.Statistics;
using SparseProf.Reports.Charts;
using SparseProf.Reports.Document;
using SparseProf.Reports.Evidence;

namespace SparseProf.Reports.Sections;

/// <summary>The answer first: is sparse worth deploying, how sure is that, and what would change it.</summary>
internal static class DecisionSection
{
    private const string Id = "decision";
    private const string Title = "Decision and confidence";

    public static Section Build(ReportEvidence evidence)
    {
        var candidates = Candidate.Of(evidence.Devices);
        if (candidates.Count > 0)
            return new(Id, Title, [Answer(candidates, evidence), Figures(candidates, evidence), new Block.ChartBlock(SpeedupChart.OfCandidates(candidates)), new Block.TableBlock(Verdicts(candidates, evidence)), new Block.Heading("What would change the decision"), new Block.Points([.. Turning(candidates, evidence)])]);
        return evidence.Devices.Count > 0
            ? new(Id, Title, [OfKernels(evidence)])
            : new(Id, Title, [new Block.Answer("Nothing can be decided yet.", "The chosen runs hold no completed measurement. 'sparseprof measure' makes one; '--quick' takes less than a minute.", Tone.Open)]);
    }

    /// <summary>high: all intervals decide and few doubts; moderate: at least half decide; low otherwise.</summary>
    internal static string Confidence(int decided, int all, double doubtful) =>
        decided == all && doubtful <= 0.25 ? "high" : 2 * decided >= all ? "moderate" : "low";

    private static Block.Answer Answer(IReadOnlyList<Candidate> candidates, ReportEvidence evidence)
    {
        var faster = candidates.Where(candidate => candidate.Verdict == Verdict.Faster).ToList();
        var undecided = candidates.Where(candidate => candidate.Verdict is Verdict.Undecided).ToList();
        var quality = evidence.Evaluations.Count > 0 ? "" : " What it costs in quality is not known: the database holds no evaluation, so this is a decision about speed only.";
        if (faster.Count == 0)
        {
            return undecided.Count > 0
                ? new("Undecided: no sparse execution is faster than dense beyond doubt.", $"For {List(undecided)} the interval holds 1×; the rest is slower than dense.", Tone.Open)
                : new("Do not deploy sparse here: it is slower than dense.", $"All {candidates.Count} sparse candidates are slower than the best dense execution on the same device.", Tone.Bad);
        }

        var best = faster[0];
        var rest = candidates.Except(faster).ToList();
        var headline = $"Sparse pays for {faster.Count} of {candidates.Count} candidates; at best {QuantityText.Of(best.Speedup.Delivered.Value, Quantity.Ratio)} faster.";
        var kept = best.Kept is { } share ? $", {share * 100:0} % of the {QuantityText.Of(best.Speedup.Promised!.Value, Quantity.Ratio)} that its FLOPs promise" : "";
        var text = $"{best.Name} on {best.Device.Name} runs {QuantityText.Of(best.Speedup.Delivered, Quantity.Ratio)} as fast as the fastest dense execution{kept}."
            + (rest.Count > 0 ? $" Not faster: {List(rest)}." : "") + quality;
        return new(headline, text, Tone.Good);
    }

    private static string List(IReadOnlyList<Candidate> candidates) => string.Join("; ", candidates.Select(candidate => $"{candidate.Name} ({QuantityText.Of(candidate.Speedup.Delivered.Value, Quantity.Ratio)})"));

    private static Block.Answer OfKernels(ReportEvidence evidence)
    {
        var speedups = evidence.Devices.SelectMany(device => device.Kernels.Where(measured => measured.Row.Execution == Ops.Execution.Sparse && device.Speedups.ContainsKey(measured.Row.Id)).Select(measured => device.Speedups[measured.Row.Id])).ToList();
        var faster = speedups.Count(speedup => speedup.Verdict == Verdict.Faster);
        return new("Kernels were measured, models were not.", $"{faster} of {speedups.Count} sparse kernels are faster than the best dense kernel of the same shape. Whether a whole model gains is not known: 'sparseprof measure --suite paper' measures models.", Tone.Open);
    }

    private static Block.Figures Figures(IReadOnlyList<Candidate> candidates, ReportEvidence evidence)
    {
        var decided = candidates.Count(candidate => candidate.Verdict != Verdict.Undecided);
        var doubtful = candidates.Count(candidate => candidate.Measured.Caveats.Count > 0);
        var energy = evidence.Devices.All(device => device.NoEnergyBecause is not null);
        var trained = evidence.Evaluations.Count;
        return new(
        [
            new(Confidence(decided, candidates.Count, (double)doubtful / candidates.Count), "confidence in speed", $"{decided} of {candidates.Count} intervals decide; {doubtful} measurements carry a doubt"),
            new(trained > 0 ? "evaluated" : "unknown", "quality", trained > 0 ? $"{trained} evaluations of {evidence.Trainings.Count} trainings" : "no evaluation in the database"),
            new(energy ? "unknown" : "measured", "energy", energy ? evidence.Devices[0].NoEnergyBecause! : "joules of one pass, from the device's counter"),
            new($"{evidence.Measurements.Count():N0}", "measurements", $"{evidence.Measurements.Sum(measured => (long)measured.Samples.Length):N0} samples on {Plural.Of(evidence.Devices.Count, "device")}"),
        ]);
    }

    private static Table Verdicts(IReadOnlyList<Candidate> candidates, ReportEvidence evidence) => new(
        "candidates", "The best sparse execution of each model against the fastest dense one",
        [
            Column.Text("device", "device"), Column.Text("candidate", "candidate"), Column.Text("execution", "execution"), new("time", "time", Quantity.Time), new("dense_time", "dense", Quantity.Time),
            new("promised", "promised", Quantity.Ratio), new("speedup", "delivered", Quantity.Ratio), new("kept", "kept", Quantity.Share), Column.Text("quality", "quality"), Column.Text("verdict", "verdict"),
        ],
        [
            .. candidates.Select(candidate => new Cell[]
            {
                evidence.Devices.Count > 1 ? candidate.Device.Name : null, candidate.Name, candidate.Measured.Row.Kernel, candidate.Measured.Time, candidate.Speedup.Baseline.Time, candidate.Speedup.Promised, candidate.Speedup.Delivered,
                candidate.Kept, Quality(candidate, evidence), SpeedupChart.Word(candidate.Verdict),
            }),
        ]);

    private static string Quality(Candidate candidate, ReportEvidence evidence)
    {
        var trained = TrainedModels.Of(evidence).Where(model => model.Workload == candidate.Measured.Row.Workload && model.Pattern == candidate.Measured.Row.Pattern).ToList();
        return trained.Count == 0 ? "unknown" : string.Join("; ", trained.Select(model => $"{QuantityText.Of(model.Accuracy, Quantity.Share)} on {model.DataSet}{(model.Synthetic ? " (synthetic)" : "")}"));
    }

    private static IEnumerable<string> Turning(IReadOnlyList<Candidate> candidates, ReportEvidence evidence)
    {
        foreach (var candidate in candidates.Where(candidate => candidate.Verdict == Verdict.Undecided).Take(3))
            yield return $"{candidate.Name} is undecided ({QuantityText.Of(candidate.Speedup.Delivered, Quantity.Ratio)}). One more measurement on a quiet machine decides it: 'sparseprof measure --workload {candidate.Measured.Row.Workload}'.";
        if (candidates.Where(candidate => candidate.Verdict == Verdict.Faster).MinBy(candidate => candidate.Speedup.Delivered.Low) is { } closest)
            yield return $"The closest call among the faster ones is {closest.Name}: it stays faster unless its sparse time grows by {(closest.Speedup.Delivered.Low - 1) * 100:0.#} %.";
        if (evidence.Evaluations.Count == 0)
            yield return "Quality is the open assumption: a loss of accuracy that you would not accept reverses every recommendation here. Evaluate the sparse models before deploying.";
        if (evidence.Devices.Any(device => device.NoEnergyBecause is not null))
            yield return "Energy was not measured, so cost rests on time alone.";
        if (candidates.All(candidate => candidate.Measured.Row.Batch == candidates[0].Measured.Row.Batch))
            yield return $"Everything was measured at batch {candidates[0].Measured.Row.Batch}; larger batches favour dense kernels. Measure yours with --batch.";
    }
}
