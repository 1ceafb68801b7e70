using SparseProf.Ops;
using SparseProf.Ops.Statistics;
using SparseProf.Reports.Charts;
using SparseProf.Reports.Document;
using SparseProf.Reports.Evidence;

namespace SparseProf.Reports.Sections;

/// <summary>The answer first: is sparse worth deploying, how sure is that, why, and what would change it.</summary>
internal static class DecisionSection
{
    private const string Id = "decision";
    private const string Title = "Decision and confidence";

    public static Section Build(ReportEvidence evidence)
    {
        var candidates = Candidate.Of(evidence.Devices);
        if (candidates.Count == 0)
            return new(Id, Title, [evidence.Devices.Count > 0 ? OfKernels(evidence) : Nothing()]);
        var quality = new CandidateQuality(evidence);
        return new(Id, Title,
        [
            DecisionText.Of(candidates, quality, evidence), Figures(candidates, quality, evidence), new Block.ChartBlock(SpeedupChart.OfCandidates(candidates)), new Block.TableBlock(Table(candidates, quality, evidence)),
            new Block.Heading("What would change the decision"), new Block.Points([.. Turning(candidates, quality, evidence)]),
        ]);
    }

    private static Block.Answer Nothing() => new("Nothing can be decided yet.", Tone.Open,
        [("Why", "The chosen runs hold no completed measurement."), ("Next", "'sparseprof measure' makes one; '--quick' takes about a minute.")]);

    private static Block.Answer OfKernels(ReportEvidence evidence)
    {
        var speedups = evidence.Devices.SelectMany(device => device.Kernels.Where(measured => measured.Row.Execution == Ops.Execution.Sparse && device.Speedups.ContainsKey(measured.Row.Id)).Select(measured => device.Speedups[measured.Row.Id])).ToList();
        var faster = speedups.Count(speedup => speedup.Verdict == Verdict.Faster);
        return new("Undecided: kernels were measured, models were not.", Tone.Open,
        [
            ("Why", $"{faster} of {Plural.Of(speedups.Count, "sparse kernel")} {(faster == 1 ? "is" : "are")} faster than the best dense kernel of the same shape. Whether a whole model gains is not known."),
            ("Next", "'sparseprof measure --suite paper' measures models."),
        ]);
    }

    private static Block.Figures Figures(IReadOnlyList<Candidate> candidates, CandidateQuality quality, ReportEvidence evidence)
    {
        var sure = SpeedConfidence.Of(candidates);
        var known = candidates.Count(candidate => quality.Of(candidate) is not null);
        var energy = evidence.Devices.FirstOrDefault(device => device.NoEnergyBecause is not null)?.NoEnergyBecause;
        return new(
        [
            new(sure.Word, "confidence in speed", $"{sure.Decided} of {sure.All} intervals decide; {Plural.Of(sure.Doubtful, "measurement")} {(sure.Doubtful == 1 ? "carries" : "carry")} a doubt"),
            new(known == 0 ? "unknown" : known == candidates.Count ? "evaluated" : "partly known", "quality", known == 0 ? "none of these models was evaluated" : $"{known} of {candidates.Count} candidates were trained and evaluated"),
            energy is not null ? new("unknown", "energy", energy.Split(':')[0])
                : candidates.Any(candidate => candidate.Measured.Result.EnergyJ is not null) ? new("measured", "energy", "joules of one pass, from the device's counter") : new("of kernels only", "energy", "joules of sustained kernels; none of these passes"),
            new($"{evidence.Measurements.Count():N0}", "measurements", $"{evidence.Measurements.Sum(measured => (long)measured.Samples.Length):N0} samples on {Plural.Of(evidence.Devices.Count, "device")}"),
        ]);
    }

    private static Table Table(IReadOnlyList<Candidate> candidates, CandidateQuality quality, ReportEvidence evidence) => new(
        "candidates", "The best sparse execution of each model against the fastest dense one",
        [
            Column.Text("device", "device"), Column.Text("candidate", "candidate"), Column.Text("execution", "execution"), Column.Text("mode", "caches"), new("time", "time", Quantity.Time), new("dense_time", "dense", Quantity.Time),
            new("promised", "promised", Quantity.Ratio), new("speedup", "delivered", Quantity.Ratio), new("kept", "kept", Quantity.Share), Column.Text("quality", "quality"), Column.Text("verdict", "verdict"),
        ],
        [
            .. candidates.Select(candidate => new Cell[]
            {
                evidence.Devices.Count > 1 ? candidate.Device.Name : null, candidate.Name, candidate.Measured.Row.Kernel, candidates.Any(other => other.Measured.Row.Mode != TimingMode.Hot) ? candidate.Measured.Row.Mode.ToString().ToLowerInvariant() : null, candidate.Measured.Time, candidate.Speedup.Baseline.Time, candidate.Speedup.Promised, candidate.Speedup.Delivered,
                candidate.Kept, quality.Of(candidate)?.Short ?? "unknown", SpeedupChart.Word(candidate.Verdict),
            }),
        ]);

    private static IEnumerable<string> Turning(IReadOnlyList<Candidate> candidates, CandidateQuality quality, ReportEvidence evidence)
    {
        foreach (var candidate in candidates.Where(candidate => candidate.Verdict == Verdict.Undecided).Take(3))
            yield return $"{candidate.Name} is undecided ({QuantityText.Of(candidate.Speedup.Delivered, Quantity.Ratio)}). One more measurement on a quiet machine decides it: 'sparseprof measure --workload {candidate.Measured.Row.Workload}'.";
        if (candidates.Where(candidate => candidate.Verdict == Verdict.Faster).MinBy(candidate => candidate.Speedup.Delivered.Low) is { } closest)
            yield return $"The closest call among the faster ones is {closest.Name}: it stays faster unless its sparse time grows by {QuantityText.Digits((closest.Speedup.Delivered.Low - 1) * 100)} %.";
        if (candidates.Any(candidate => candidate.Verdict == Verdict.Faster && quality.Of(candidate) is not { OfThisSize: true }))
            yield return "Quality is the open assumption where it is unknown or of another size: a loss of accuracy that you would not accept reverses the recommendation. Evaluate the sparse models before deploying.";
        if (evidence.Devices.Any(device => device.NoEnergyBecause is not null))
            yield return "Energy was not measured, so cost rests on time alone.";
        if (candidates.All(candidate => candidate.Measured.Row.Batch == candidates[0].Measured.Row.Batch))
            yield return $"Everything was measured at batch {candidates[0].Measured.Row.Batch}; {DecisionText.OtherBatches(TokenTrend.Of(evidence.Devices))} Measure yours with --batch.";
    }
}
