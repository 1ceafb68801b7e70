using SparseProf.Ops.Statistics;
using SparseProf.Reports.Document;
using SparseProf.Reports.Evidence;

namespace SparseProf.Reports.Sections;

/// <summary>The decision in plain words: what to do, how sure that is, why, and the next step.</summary>
internal static class DecisionText
{
    public static Block.Answer Of(IReadOnlyList<Candidate> candidates, CandidateQuality quality, ReportEvidence evidence)
    {
        var faster = candidates.Where(candidate => candidate.Verdict == Verdict.Faster).ToList();
        if (faster.Count == 0)
            return NoneFaster(candidates, TokenTrend.Of(evidence.Devices));
        if (faster.Find(candidate => !candidate.Implausible) is not { } best)
            return Disturbed(faster, candidates);
        var known = quality.Of(best);
        var speed = QuantityText.Of(best.Speedup.Delivered.Value, Quantity.Ratio);
        var headline = known switch
        {
            null or { Dense: null } or { OfThisSize: false } => $"Worth deploying once its quality is checked: sparse is up to {speed} as fast as dense here.",
            { Worse: true } => $"A trade: sparse is up to {speed} as fast as dense here, and less accurate.",
            _ => $"Deploy sparse here: it is up to {speed} as fast as dense, without a loss of accuracy that was seen.",
        };
        return new(headline, known is { Dense: not null, Worse: false, OfThisSize: true } ? Tone.Good : Tone.Open, [("How sure", Sure(best, candidates, known)), ("Why", Why(best, faster, candidates)), ("Next", Next(best, known, evidence))]);
    }

    private static Block.Answer Disturbed(List<Candidate> faster, IReadOnlyList<Candidate> candidates) => new("Measure again: the speedups are higher than the work left out can give.", Tone.Open,
    [
        ("How sure", SpeedSentence(SpeedConfidence.Of(candidates))),
        ("Why", $"{List(faster)}: far more than the saved FLOPs promise, so a dense measurement was most likely disturbed."),
        ("Next", $"Measure again on a quiet machine: 'sparseprof measure --workload {faster[0].Measured.Row.Workload}'."),
    ]);

    private static Block.Answer NoneFaster(IReadOnlyList<Candidate> candidates, TokenTrend? trend)
    {
        var undecided = candidates.Where(candidate => candidate.Verdict is Verdict.Undecided).ToList();
        var sure = SpeedSentence(SpeedConfidence.Of(candidates));
        var slower = candidates.Where(candidate => candidate.Verdict == Verdict.Slower).ToList();
        if (undecided.Count == 0)
        {
            var why = slower.Count == candidates.Count
                ? $"{(candidates.Count == 1 ? "The only sparse candidate is" : $"All {candidates.Count} sparse candidates are")} slower than the best dense execution on the same device: {List(candidates)}."
                : $"No sparse candidate is faster than the best dense execution on the same device: {List(candidates)}.";
            if (trend is { Gains: true } && candidates.All(candidate => candidate.Measured.Row.Batch == candidates[0].Measured.Row.Batch))
                return new($"Do not deploy sparse at batch {candidates[0].Measured.Row.Batch}: it is not faster than dense. Larger batches may gain.", Tone.Bad, [("How sure", sure), ("Why", why), ("Next", $"{Sentences.Capital(OtherBatches(trend))} Measure a larger batch: {Larger(candidates, trend)}.")]);
            return new("Do not deploy sparse here: it is not faster than dense.", Tone.Bad, [("How sure", sure), ("Why", why), ("Next", "Stay with the dense models. The break-even sparsities below say from which sparsity on a kernel would pay.")]);
        }

        return new("Undecided: no sparse execution is faster than dense beyond doubt.", Tone.Open,
        [
            ("How sure", sure),
            ("Why", $"For {List(undecided)} the interval holds 1×{(slower.Count > 0 ? $"; {List(slower)} {(slower.Count == 1 ? "is" : "are")} slower" : "")}."),
            ("Next", $"Measure again on a quiet machine: 'sparseprof measure --workload {undecided[0].Measured.Row.Workload}'."),
        ]);
    }

    /// <summary>What measured products say of other batches.</summary>
    public static string OtherBatches(TokenTrend? trend) => trend is null
        ? "other batches may decide otherwise."
        : $"{trend.Many.Row.Pattern} products of {trend.Many.Row.N}×{trend.Many.Row.K} weights ({trend.Many.Row.Dtype}) gain with the number of tokens: {QuantityText.Of(trend.AtFew.Delivered.Value, Quantity.Ratio)} as fast as dense at {trend.Few.Row.M}, {QuantityText.Of(trend.AtMany.Delivered.Value, Quantity.Ratio)} at {trend.Many.Row.M}.";

    private static string Larger(IReadOnlyList<Candidate> candidates, TokenTrend trend) =>
        candidates.FirstOrDefault(candidate => candidate.Measured.Row.Pattern == trend.Many.Row.Pattern) is { } same
            ? $"'sparseprof measure --workload {same.Model} --pattern {trend.Many.Row.Pattern} --batch 32'"
            : "'sparseprof measure --batch 32'";

    private static string Sure(Candidate best, IReadOnlyList<Candidate> candidates, QualityOfCandidate? known) =>
        $"{best.Name} is at least {QuantityText.Of(best.Speedup.Delivered.Low, Quantity.Ratio)} as fast, by its whole 95 % interval. {SpeedSentence(SpeedConfidence.Of(candidates))}" + (known is null ? " Quality: unknown, it was not evaluated." : $" Quality: {known.Sentence}.");

    private static string SpeedSentence(SpeedConfidence sure) => $"Confidence in speed over all: {sure.Word}; {sure.Decided} of {Plural.Of(sure.All, "candidate")} {(sure.Decided == 1 ? "has" : "have")} a 95 % interval that decides: faster, slower or the same within 1 %"
        + (sure.Doubtful == 0 ? ", no measurement carries a doubt." : $"; {(sure.Doubtful == sure.All ? "every measurement carries" : sure.Doubtful == 1 ? "1 measurement carries" : $"{sure.Doubtful} measurements carry")} a doubt ({sure.Doubts}).");

    private static string Why(Candidate best, List<Candidate> faster, IReadOnlyList<Candidate> candidates)
    {
        var words = Formats.Words(best.Measured.Row.Pattern) is { } plain ? $"{best.Name} ({plain})" : best.Name;
        var kept = best.Kept is { } share ? $", {share * 100:0} % of the {QuantityText.Of(best.Speedup.Promised!.Value, Quantity.Ratio)} that the work left out promises" : "";
        var others = faster.Where(candidate => candidate != best && !candidate.Implausible).ToList();
        var strange = faster.Where(candidate => candidate.Implausible).ToList();
        var rest = candidates.Except(faster).ToList();
        return $"On {best.Device.Name}, {words} takes {QuantityText.Of(best.Measured.Time.Value, Quantity.Time)} where the fastest dense execution takes {QuantityText.Of(best.Speedup.Baseline.Time.Value, Quantity.Time)}: {QuantityText.Of(best.Speedup.Delivered, Quantity.Ratio)} as fast{kept}."
            + (others.Count > 0 ? $" Also faster: {List(others)}." : "") + (rest.Count > 0 ? $" Not faster: {List(rest)}." : "") + (strange.Count > 0 ? $" Left aside, as more than the saved work can give: {List(strange)}." : "");
    }

    private static string Next(Candidate best, QualityOfCandidate? known, ReportEvidence evidence) => known switch
    {
        null => $"Evaluate {best.Name} on your own data before you deploy it; 'sparseprof train {Trainable(best)}' tries the method at small size.",
        { OfThisSize: false } => $"Evaluate {best.Name} at its own size on your own data before you deploy it: what was trained has {known.Size}.",
        { Synthetic: true } => $"Repeat the evaluation of {best.Name} on your own data: the figures above are of synthetic data.",
        { Worse: true } => $"Decide whether that loss is worth {QuantityText.Of(best.Speedup.Delivered.Value, Quantity.Ratio)}; 'sparseprof advise deployment --accuracy-floor' holds a limit.",
        _ => $"'sparseprof advise deployment' says how many {(evidence.Devices.Count > 1 ? "of which accelerator" : "replicas")} carry your load within your latency limit.",
    };

    private static string Trainable(Candidate best) => best.Measured.Row.Pattern == "dense" ? best.Model : $"{best.Model} --pattern {best.Measured.Row.Pattern}";

    private static string List(IReadOnlyList<Candidate> candidates) => string.Join("; ", candidates.Select(candidate => $"{candidate.Name} ({QuantityText.Of(candidate.Speedup.Delivered.Value, Quantity.Ratio)})"));
}
