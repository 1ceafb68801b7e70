using SparseProf.CostModel.Decisions.Deployment;
using SparseProf.CostModel.Latency;
using SparseProf.Ops;
using SparseProf.Ops.Statistics;

namespace SparseProf.Cli.Commands;

/// <summary>An advice as the JSON document of <c>advise deployment --json</c>; an unbounded end of an interval is null.</summary>
internal static class DeploymentDocument
{
    public static object Of(DeploymentAdvice advice) => new
    {
        Question = Question(advice.Question),
        advice.QueueingModel,
        Confidence = Name(advice.Confidence),
        advice.Verdict,
        Recommended = advice.Recommended is { } best ? Candidate(best) : null,
        MeasureThis = advice.MeasureThis is { } measurement
            ? new { measurement.Profile, Pattern = measurement.Pattern.Text, measurement.Text, measurement.Share, Calls = measurement.Calls.Select(call => new { Op = call.Kind.Name(), Dtype = call.DType.Name(), Pattern = call.Pattern.Text, call.M, call.N, call.K, call.Experts, call.TopK, call.Batch }) }
            : null,
        Contradictions = advice.Contradictions.Select(contradiction => new { Constraints = contradiction.Constraints.Select(Name), contradiction.Text }),
        Formats = advice.Formats.Select(format => new { Pattern = format.Pattern.Text, Dtype = format.DType.Name(), format.Batch, Speedup = Interval(format.Speedup), Verdict = Name(format.Verdict), format.Text }),
        Sensitivities = advice.Sensitivities,
        advice.Caveats,
        Front = advice.Front.Select(Candidate),
        Candidates = advice.Candidates.Select(Candidate),
    };

    private static object Question(DeploymentQuestion question) => new
    {
        question.Model,
        Profiles = question.Profiles.Select(profile => profile.Id),
        Patterns = question.Patterns.Select(pattern => pattern.Text),
        Dtypes = question.DTypes.Select(dtype => dtype.Name()),
        question.Batches,
        question.QueriesPerSecond,
        LatencyLimitS = question.LatencyLimitSeconds,
        question.AccuracyFloor,
        question.BudgetUsdPerHour,
        Region = question.Region is { } region ? new { region.Name, region.GramsPerKilowattHour, region.Confidence, region.Sources } : null,
        Pue = new { question.Pue.Value, question.Pue.Site },
        question.Replicas,
        Objective = Name(question.Objective),
    };

    private static object Candidate(DeploymentCandidate candidate) => new
    {
        candidate.Profile,
        Pattern = candidate.Pattern.Text,
        Dtype = candidate.DType.Name(),
        candidate.Batch,
        candidate.Feasible,
        candidate.OnFront,
        Replicas = Interval(candidate.Replicas),
        ServiceS = Interval(candidate.ServiceSeconds),
        P50S = Interval(candidate.MedianSeconds),
        P95S = Interval(candidate.P95Seconds),
        ThroughputPerS = Interval(candidate.Throughput),
        Utilization = Interval(candidate.Utilization),
        candidate.MemoryBytes,
        candidate.DeviceMemoryBytes,
        PowerW = Interval(candidate.Watts),
        EnergyPerInferenceJ = Interval(candidate.JoulesPerInference),
        UsdPerHour = Interval(candidate.UsdPerHour),
        UsdPerMillion = Interval(candidate.UsdPerMillion),
        Gco2ePerMillion = Interval(candidate.GramsPerMillion),
        Quality = new { Source = Name(candidate.Quality.Source), Change = Interval(candidate.Quality.Change), Level = Interval(candidate.Quality.Level), candidate.Quality.Metric, candidate.Quality.Text },
        Speedup = Interval(candidate.Speedup),
        candidate.OutOfRange,
        Violations = candidate.Violations.Select(violation => new { Constraint = Name(violation.Constraint), violation.Text }),
    };

    private static object? Interval(Estimate? estimate) => estimate is { } known
        ? new { Value = Finite(known.Value), Low = Finite(known.Low), High = Finite(known.High), known.Coverage, Provenance = PredictionTable.Name(known.Provenance) }
        : null;

    private static double? Finite(double value) => double.IsFinite(value) ? value : null;

    private static string Name<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();
}
