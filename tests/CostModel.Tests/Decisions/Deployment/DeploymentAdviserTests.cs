using SparseProf.CostModel.Decisions.Deployment;
using SparseProf.CostModel.Hardware;
using SparseProf.CostModel.Latency;
using SparseProf.Ops;
using SparseProf.Ops.Errors;
using SparseProf.Ops.Statistics;
using static SparseProf.CostModel.Tests.Decisions.Deployment.PlantedDeployment;

namespace SparseProf.CostModel.Tests.Decisions.Deployment;

public sealed class DeploymentAdviserTests
{
    [Fact]
    public void From_data_sheets_alone_no_sparse_format_is_recommended_and_the_deciding_kernel_is_named()
    {
        var advice = Advise(Question(L4, H100) with { Objective = Objective.Latency, QueriesPerSecond = 5000 });

        Assert.True(advice.Recommended!.IsDense);
        Assert.Equal(Confidence.Undecided, advice.Confidence);
        Assert.All(advice.Formats, format => Assert.Equal(Verdict.Undecided, format.Verdict));
        Assert.Equal(2, advice.MeasureThis!.Calls.Count);
        Assert.Equal([SparsityPattern.Dense.Instance, SparsityPattern.TwoFour], advice.MeasureThis.Calls.Select(call => call.Pattern));
    }

    [Fact]
    public void A_format_measured_to_be_faster_is_recommended()
    {
        var advice = DeploymentAdviser.Advise(Question(L4) with { Objective = Objective.Latency, QueriesPerSecond = 100 }, Calibrated(1), Priors.None);

        Assert.Equal(SparsityPattern.TwoFour, advice.Recommended!.Pattern);
        Assert.True(advice.Recommended.Speedup!.Value.Low > 1);
        Assert.Null(advice.MeasureThis);
    }

    [Fact]
    public void A_format_measured_to_be_slower_is_neither_recommended_nor_to_be_measured()
    {
        var advice = DeploymentAdviser.Advise(Question(L4) with { Objective = Objective.Latency, QueriesPerSecond = 100 }, Calibrated(4), Priors.None);

        Assert.True(advice.Recommended!.IsDense);
        Assert.All(advice.Formats, format => Assert.Equal(Verdict.Slower, format.Verdict));
        Assert.Null(advice.MeasureThis);
    }

    [Fact]
    public void Replicas_are_the_least_that_keep_the_limit()
    {
        var best = Advise(Question(L4) with { Patterns = [SparsityPattern.Dense.Instance], QueriesPerSecond = 20_000 }).Recommended!;
        var service = best.ServiceSeconds!.Value.Value;

        Assert.True(new BatchQueue(20_000, best.Batch, best.Replicas!.Value.Value, service).Quantile(0.95) <= 0.05);
        Assert.False(new BatchQueue(20_000, best.Batch, best.Replicas!.Value.Value - 1, service).Quantile(0.95) <= 0.05);
    }

    [Fact]
    public void Of_equal_prices_less_waiting_decides_without_a_limit_and_fewer_joules_within_one()
    {
        var question = PlantedDeployment.Question(PlantedDeployment.L4) with { QueriesPerSecond = 20, Patterns = [SparsityPattern.Dense.Instance] };

        var hurried = PlantedDeployment.Advise(question with { LatencyLimitSeconds = null });
        var relaxed = PlantedDeployment.Advise(question with { LatencyLimitSeconds = 10 });

        Assert.All(hurried.Candidates, candidate => Assert.Equal(hurried.Recommended!.UsdPerMillion!.Value.Value, candidate.UsdPerMillion!.Value.Value));
        Assert.Equal((1, 8), (hurried.Recommended!.Batch, relaxed.Recommended!.Batch));
    }

    [Fact]
    public void Price_power_and_carbon_follow_from_replicas_energy_and_region()
    {
        var question = Question(L4) with { Region = Regions.Find("france"), Pue = new(1.2, "given") };
        var candidate = Advise(question).Recommended!;

        var price = ProfileCatalog.Load(L4).PriceUsdPerHour!.Value * candidate.Replicas!.Value.Value;
        Assert.Equal(price * 1e6 / 3600 / 500, candidate.UsdPerMillion!.Value.Value, 1e-9);
        Assert.Equal(candidate.JoulesPerInference!.Value.Value * 500, candidate.Watts!.Value.Value, 1e-6);
        Assert.Equal(candidate.JoulesPerInference!.Value.Value * 1e6 / 3.6e6 * 1.2 * 56.0, candidate.GramsPerMillion!.Value.Value, 1e-6);
    }

    [Fact]
    public void Nothing_on_the_front_is_beaten_in_everything_and_everything_feasible_is_matched_by_it()
    {
        var advice = Advise(Question(L4, H100, "nvidia-a10"));
        bool Beats(DeploymentCandidate a, DeploymentCandidate b) =>
            a.P95Seconds!.Value.Value < b.P95Seconds!.Value.Value && a.UsdPerMillion!.Value.Value < b.UsdPerMillion!.Value.Value
            && a.JoulesPerInference!.Value.Value < b.JoulesPerInference!.Value.Value && a.Pattern.Equals(b.Pattern);

        Assert.NotEmpty(advice.Front);
        Assert.DoesNotContain(advice.Front, candidate => advice.Candidates.Any(other => other.Feasible && Beats(other, candidate)));
        Assert.All(advice.Front, candidate => Assert.True(candidate.Feasible));
    }

    [Fact]
    public void A_budget_too_small_for_the_latency_is_told_as_a_contradiction_of_the_two()
    {
        var free = Advise(Question(L4) with { Patterns = [SparsityPattern.Dense.Instance], Batches = [1], QueriesPerSecond = 3000, LatencyLimitSeconds = 1 });
        var tight = free.Recommended!.ServiceSeconds!.Value.Value * 1.02;
        var advice = Advise(Question(L4) with
        {
            Patterns = [SparsityPattern.Dense.Instance],
            Batches = [1],
            QueriesPerSecond = 3000,
            LatencyLimitSeconds = tight,
            BudgetUsdPerHour = 1.3 * free.Recommended.UsdPerHour!.Value.Value,
        });

        Assert.Equal(Confidence.Infeasible, advice.Confidence);
        Assert.Equal([Constraint.Latency, Constraint.Budget], Assert.Single(advice.Contradictions).Constraints);
    }

    [Fact]
    public void A_limit_that_no_device_can_keep_is_told_with_the_nearest()
    {
        var advice = Advise(Question(L4) with { LatencyLimitSeconds = 1e-6 });

        var alone = Assert.Single(advice.Contradictions);
        Assert.Equal([Constraint.Latency], alone.Constraints);
        Assert.Contains("the nearest, nvidia-l4", alone.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_device_lacks_is_said_of_each_candidate()
    {
        var advice = Advise(Question("nvidia-t4", L4));

        Assert.All(advice.Candidates.Where(candidate => candidate.Profile == "nvidia-t4"), candidate =>
            Assert.Contains(candidate.Violations, violation => violation.Constraint == Constraint.DType && violation.Text.Contains("no peak for bf16", StringComparison.Ordinal)));
    }

    [Fact]
    public void The_price_at_which_the_decision_is_said_to_change_changes_it()
    {
        var question = Question(L4, "nvidia-a10") with { Patterns = [SparsityPattern.Dense.Instance] };
        var advice = Advise(question);
        var flip = advice.Sensitivities.First(sensitivity => sensitivity.Assumption == $"price of {advice.Recommended!.Profile}");
        var factor = double.Parse(flip.FlipsAt!.Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);

        Assert.Equal(advice.Recommended!.Profile, Advise(With(factor - 0.02)).Recommended!.Profile);
        Assert.NotEqual(advice.Recommended!.Profile, Advise(With(factor + 0.02)).Recommended!.Profile);

        DeploymentQuestion With(double times) => question with
        {
            Profiles = [.. question.Profiles.Select(profile => profile.Id != advice.Recommended!.Profile ? profile : profile with
            {
                Numbers = new Dictionary<string, Fact>(profile.Numbers) { ["price_usd_per_hour"] = new(times * profile.PriceUsdPerHour, "one_source", []) },
            })],
        };
    }

    [Fact]
    public void An_unknown_region_is_answered_with_the_nearest_name()
    {
        var error = Assert.Throws<UserErrorException>(() => Regions.Find("Frence"));

        Assert.Contains("France", error.Next, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-3)]
    [InlineData(double.NaN)]
    [InlineData(1e12)]
    public void An_absurd_load_is_refused(double rate) =>
        Assert.Throws<UserErrorException>(() => Advise(Question(L4) with { QueriesPerSecond = rate }));
}
