using SparseProf.CostModel.Energy;
using SparseProf.Ops.Statistics;

namespace SparseProf.CostModel.Decisions.Deployment;

/// <summary>From one replica's forward pass to a deployment under load: replicas, latency, power, price, carbon, and which constraints break.</summary>
internal sealed class Evaluation(DeploymentQuestion question, Func<Service, QualityChange> quality)
{
    public const double MostUtilization = 0.8;
    private const double Tail = 0.95;
    private const double MostReplicas = 1e6;
    private const double SecondsPerHour = 3600;
    private const double Million = 1e6;

    public DeploymentCandidate Of(Service service)
    {
        var candidate = new DeploymentCandidate(service.Profile.Id, service.Pattern, service.DType, service.Batch) { DeviceMemoryBytes = service.Profile.MemoryBytes };
        if (service.Pass is not { } pass)
            return candidate with { Violations = [service.Impossible!] };
        var seconds = pass.Seconds;
        var least = LeastForLoad(service.Batch, seconds.Value);
        var wanted = question.Replicas ?? Needed(service.Batch, seconds.Value);
        var replicas = double.IsFinite(wanted) ? wanted : least;
        BatchQueue Queue(double time) => new(question.QueriesPerSecond, service.Batch, replicas, time);
        Estimate Under(Func<double, double> of) => new(of(seconds.Value), of(seconds.Low), of(seconds.High), seconds.Provenance, seconds.Coverage);
        var p95 = Under(time => Queue(time).Quantile(Tail));
        candidate = candidate with
        {
            Replicas = question.Replicas is { } given
                ? new(given, given, given, seconds.Provenance, seconds.Coverage)
                : new(replicas, Math.Min(replicas, Needed(service.Batch, seconds.Low)), Math.Max(replicas, Needed(service.Batch, seconds.High)), seconds.Provenance, seconds.Coverage),
            ServiceSeconds = seconds,
            MedianSeconds = Under(time => Queue(time).Quantile(0.5)),
            P95Seconds = p95,
            Throughput = Invert(seconds, replicas * service.Batch),
            Utilization = Under(time => Queue(time).Utilization),
            MemoryBytes = pass.TotalBytes,
            Quality = quality(service),
            Speedup = service.Speedup,
            OutOfRange = pass.OutOfRange,
        };
        candidate = WithCosts(candidate, service, pass.Joules);
        return candidate with { Violations = [.. Violations(candidate, service, least)] };
    }

    /// <summary>Least replicas that carry the load.</summary>
    private double LeastForLoad(long batch, double seconds) => question.LatencyLimitSeconds is null
        ? Math.Max(1, Math.Ceiling(question.QueriesPerSecond * seconds / batch / MostUtilization))
        : Math.Floor(question.QueriesPerSecond * seconds / batch) + 1;

    /// <summary>Least replicas that carry the load within the latency limit; infinite where no number does.</summary>
    private double Needed(long batch, double seconds)
    {
        var least = LeastForLoad(batch, seconds);
        if (question.LatencyLimitSeconds is not { } limit)
            return least;
        bool Meets(double replicas) => new BatchQueue(question.QueriesPerSecond, batch, replicas, seconds).Keeps(limit, Tail);
        if (Meets(least))
            return least;
        if (seconds > limit || !Meets(least + MostReplicas))
            return double.PositiveInfinity;
        double low = least, step = 1;
        while (!Meets(low + step))
            (low, step) = (low + step, 2 * step);
        var high = low + step;
        while (high - low > 1)
        {
            var middle = Math.Floor((low + high) / 2);
            (low, high) = Meets(middle) ? (low, middle) : (middle, high);
        }

        return high;
    }

    private DeploymentCandidate WithCosts(DeploymentCandidate candidate, Service service, Estimate? joules)
    {
        var replicas = candidate.Replicas!.Value;
        if (service.Profile.PriceUsdPerHour is { } price)
        {
            var hourly = replicas.Scale(price);
            candidate = candidate with { UsdPerHour = hourly, UsdPerMillion = hourly.Scale(Million / SecondsPerHour / question.QueriesPerSecond) };
        }

        if (joules is not { } pass)
            return candidate;
        var idle = service.Profile.Number("idle_power_w").Value ?? PowerPhysics.Typical(service.Profile.TdpWatts!.Value).Static;
        var idling = replicas.Value * Math.Max(0, 1 - candidate.Utilization!.Value.Value) * idle;
        double PerInference(double energy) => energy / service.Batch + idling / question.QueriesPerSecond;
        var each = new Estimate(PerInference(pass.Value), PerInference(pass.Low), PerInference(pass.High), pass.Provenance, pass.Coverage);
        return candidate with
        {
            JoulesPerInference = each,
            Watts = each.Scale(question.QueriesPerSecond),
            GramsPerMillion = question.Region is { } region ? InferenceCost.Carbon(each, region, question.Pue) : null,
        };
    }

    private IEnumerable<Violation> Violations(DeploymentCandidate candidate, Service service, double least)
    {
        if (candidate.MemoryBytes > candidate.DeviceMemoryBytes)
            yield return new(Constraint.Memory, $"needs {candidate.MemoryBytes / 1e9:0.0} GB, the device has {candidate.DeviceMemoryBytes / 1e9:0.0} GB");
        if (candidate.Utilization is { Value: >= 1 } load)
            yield return new(Constraint.Load, $"{question.Replicas} replicas would be used {load.Value:P0}: {question.QueriesPerSecond:G4}/s need {least:0}");
        else if (question.LatencyLimitSeconds is { } limit && candidate.P95Seconds!.Value.Value > limit)
            yield return new(Constraint.Latency, $"the 95th percentile is {Time(candidate.P95Seconds.Value.Value)}, the limit {Time(limit)}" + (question.Replicas is null ? ", with any number of replicas" : ""));
        if (question.BudgetUsdPerHour is { } budget)
        {
            if (candidate.UsdPerHour is not { } cost)
                yield return new(Constraint.Budget, $"no price is known of {service.Profile.Id}");
            else if (cost.Value > budget)
                yield return new(Constraint.Budget, $"costs {cost.Value:0.00} USD/h, the budget is {budget:0.00}");
        }

        if (question.AccuracyFloor is { } floor)
        {
            if (candidate.Quality.Level is not { } level)
                yield return new(Constraint.Accuracy, $"its quality is not known, so the floor of {floor:G4} cannot be checked");
            else if (level.Value < floor)
                yield return new(Constraint.Accuracy, $"{candidate.Quality.Metric} {level.Value:G4} is below the floor of {floor:G4}");
        }
    }

    /// <summary>Whether the candidate would keep this constraint if it were the only one.</summary>
    public bool KeepsAlone(DeploymentCandidate candidate, Constraint constraint, double? price)
    {
        if (constraint != Constraint.Budget || candidate.ServiceSeconds is not { } seconds)
            return candidate.Violations.All(violation => violation.Constraint != constraint);
        var alone = question.Replicas ?? Math.Max(1, Math.Ceiling(question.QueriesPerSecond * seconds.Value / candidate.Batch / MostUtilization));
        return price * alone <= question.BudgetUsdPerHour;
    }

    internal static string Time(double seconds) => double.IsFinite(seconds) ? new Ops.Units.Seconds(seconds).ToString() : "unbounded";

    private static Estimate Invert(Estimate seconds, double inferences) =>
        new(inferences / seconds.Value, inferences / seconds.High, inferences / seconds.Low, seconds.Provenance, seconds.Coverage);
}
