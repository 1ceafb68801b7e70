using SparseProf.CostModel.Latency;
using SparseProf.Ops;
using SparseProf.Ops.Errors;
using SparseProf.Ops.Statistics;

namespace SparseProf.CostModel.Decisions.Deployment;

/// <summary>Answers a <see cref="DeploymentQuestion"/> from what is known of the accelerators.</summary>
public sealed class DeploymentAdviser
{
    private readonly DeploymentQuestion _question;
    private readonly Func<SparsityPattern, DType, QualityChange> _quality;
    private readonly IReadOnlyList<Service> _services;

    private DeploymentAdviser(DeploymentQuestion question, Func<SparsityPattern, DType, QualityChange> quality, IReadOnlyList<Service> services)
    {
        _question = question;
        _quality = quality;
        _services = services;
    }

    /// <param name="calibrations">By profile; devices without one are predicted from priors or the data sheet.</param>
    /// <param name="quality">What is known of the model's quality; null for nothing.</param>
    public static DeploymentAdvice Advise(
        DeploymentQuestion question, IReadOnlyDictionary<string, Calibration> calibrations, Priors priors, Func<SparsityPattern, DType, QualityChange>? quality = null)
    {
        QuestionCheck.Check(question);
        quality = Remembered(quality ?? ((pattern, dtype) => QualityBook.Baseline(pattern, dtype) ?? QualityChange.Unknown));
        return new DeploymentAdviser(question, quality, Services.Predict(question, calibrations, priors)).Build();
    }

    private DeploymentAdvice Build()
    {
        var candidates = Evaluate(_question);
        var feasible = candidates.Where(candidate => candidate.Feasible).ToArray();
        var front = ParetoFront.Of(feasible);
        candidates = [.. candidates.Select(candidate => front.Contains(candidate) ? candidate with { OnFront = true } : candidate)];
        var choice = Choice.Of(_question, candidates);
        var caveats = Caveats.Of(_question, candidates, choice.Recommended).ToArray();
        var advice = new DeploymentAdvice(_question, candidates)
        {
            Confidence = choice.Confidence,
            Verdict = choice.Verdict,
            Recommended = choice.Recommended,
            Front = [.. candidates.Where(candidate => candidate.OnFront).OrderBy(candidate => Choice.Cost(_question, candidate))],
            Formats = choice.Formats,
            MeasureThis = choice.Undecided is { } undecided ? Deciding(undecided) : null,
            Caveats = caveats,
        };
        return choice.Recommended is null
            ? advice with { Contradictions = Contradictions.Find(_question, candidates) }
            : advice with { Sensitivities = [.. Sensitivities(choice.Recommended, candidates)] };
    }

    private DeploymentCandidate[] Evaluate(DeploymentQuestion question, bool eligibleOnly = false, Func<Service, Service>? change = null)
    {
        var evaluation = new Evaluation(question, service => _quality(service.Pattern, service.DType));
        var services = eligibleOnly ? [.. _services.Where(service => service.Pattern is SparsityPattern.Dense || service.Speedup is { Low: > 1 })] : _services;
        var candidates = new DeploymentCandidate[services.Count];
        Parallel.For(0, candidates.Length, i => candidates[i] = evaluation.Of(change is null ? services[i] : change(services[i])));
        return candidates;
    }

    private IEnumerable<Sensitivity> Sensitivities(DeploymentCandidate best, IReadOnlyList<DeploymentCandidate> candidates)
    {
        var probe = new SensitivityProbe(_question, best, candidates);
        DeploymentCandidate? With(DeploymentQuestion question, Func<Service, Service>? change = null) => Choice.Of(question, Evaluate(question, eligibleOnly: true, change)).Recommended;
        foreach (var factor in new[] { 0.5, 2.0 })
        {
            var rate = _question.QueriesPerSecond * factor;
            yield return probe.Compare("load", $"{_question.QueriesPerSecond:G4}/s", $"{rate:G4}/s", With(_question with { QueriesPerSecond = rate }), plausible: true);
        }

        if (_question.LatencyLimitSeconds is { } limit)
        {
            foreach (var factor in new[] { 0.5, 2.0 })
                yield return probe.Compare("latency limit", Evaluation.Time(limit), Evaluation.Time(limit * factor), With(_question with { LatencyLimitSeconds = limit * factor }), plausible: false);
        }

        yield return probe.Compare(
            $"latency of {best.Profile}", "predicted", "the upper end of its interval", With(_question, service => service.Profile.Id == best.Profile ? At(service, pass => pass.High) : service), plausible: true);
        yield return probe.Compare(
            "latency of the other accelerators", "predicted", "the lower end of their intervals", With(_question, service => service.Profile.Id == best.Profile ? service : At(service, pass => pass.Low)), plausible: true);
        foreach (var sensitivity in probe.Analytic())
            yield return sensitivity;
    }

    private static Service At(Service service, Func<Estimate, double> end)
    {
        if (service.Pass is not { } pass)
            return service;
        var value = end(pass.Seconds);
        return service with { Pass = pass with { Seconds = pass.Seconds with { Value = value, Low = Math.Min(value, pass.Seconds.Low), High = Math.Max(value, pass.Seconds.High) } } };
    }

    // The kernels of the sparse pass that the dense one does not run, by their part of the variance of the log ratio.
    private DecidingMeasurement? Deciding(DeploymentCandidate sparse)
    {
        var profile = _question.Profiles.First(profile => profile.Id == sparse.Profile);
        var model = ModelKernels.Of(_question.Work(sparse.Batch, sparse.DType, sparse.Pattern));
        var own = model.Kernels.Where(kernel => kernel.Call.Pattern is not SparsityPattern.Dense).ToArray();
        if (own.Length == 0)
            return null;
        var figures = profile.Figures(sparse.DType, sparse.Pattern);
        var weights = own.Select(kernel => kernel.Count * TypicalPhysics.For(kernel.Call, figures).Physics.Latency(Work.Of(kernel.Call), figures)).ToArray();
        var largest = Array.IndexOf(weights, weights.Max());
        var call = own[largest].Call;
        var dense = call with { Pattern = SparsityPattern.Dense.Instance };
        var share = weights[largest] / weights.Sum();
        return new(profile.Id, sparse.Pattern, [dense, call], share * share, $"{own[largest].Op} and the same product dense, on {profile.Name}: {own[largest].Name} takes {share:P0} of the sparse kernels' time");
    }

    private static Func<SparsityPattern, DType, QualityChange> Remembered(Func<SparsityPattern, DType, QualityChange> quality)
    {
        var known = new System.Collections.Concurrent.ConcurrentDictionary<(SparsityPattern, DType), QualityChange>();
        return (pattern, dtype) => known.GetOrAdd((pattern, dtype), key => quality(key.Item1, key.Item2));
    }
}
