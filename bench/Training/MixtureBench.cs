using SparseProf.Workloads.Data.Synthetic;
using SparseProf.Workloads.Training;

namespace SparseProf.TrainingBench;

/// <summary>What the load-balancing loss does for a Switch mixture.</summary>
internal sealed class MixtureBench(TrainingArchive archive) : ITrainingBench
{
    private const int Steps = 300;

    public string Name => "mixture";

    public string Setting => $"Small switch-moe (2 layers of 4 experts, top-1, capacity factor 1.25) on synthetic-sentiment (difficulty 0.25), {Steps} steps of 64 sentences, {Seeds.Count} seeds, with the load-balancing loss (α = 0.01) and without; z-loss and jitter in both. Means over the last tenth of the steps.";

    public IEnumerable<Finding> Run()
    {
        var recipe = TrainingRecipes.Find("switch-moe");
        var data = recipe.Open(recipe.Small, null, new SyntheticOptions(Difficulty: 0.25));
        var plan = TrainingRecipe.Fit(recipe.Small, data) with { Steps = Steps };
        var without = plan with { Router = plan.Router with { LoadBalancing = 0 } };
        var runs = archive.Train([.. Seeds.Each(plan), .. Seeds.Each(without)], data);
        var (balanced, free) = (runs.Take(Seeds.Count).ToList(), runs.Skip(Seeds.Count).ToList());

        var imbalance = balanced.Average(Imbalance);
        var dropped = balanced.Average(Dropped);
        yield return new Finding("busiest expert, with the loss", Seeds.Text([.. balanced.Select(Imbalance)], unit: "× the mean"), "≤ 1.5", imbalance <= 1.5);
        yield return new Finding("dropped choices, with the loss", Seeds.Text([.. balanced.Select(run => Dropped(run) * 100)], "0.0", " %"), "≤ 5 %", dropped <= 0.05);
        yield return new Finding("busiest expert, without", Seeds.Text([.. free.Select(Imbalance)], unit: "× the mean"));
        yield return new Finding("dropped choices, without", Seeds.Text([.. free.Select(run => Dropped(run) * 100)], "0.0", " %"));
        yield return Worse("busiest expert, without − with", [.. free.Zip(balanced, (a, b) => Imbalance(a) - Imbalance(b))], "0.00", "");
        yield return Worse("dropped choices, without − with", [.. free.Zip(balanced, (a, b) => (Dropped(a) - Dropped(b)) * 100)], "0.0", " points");
        yield return new Finding("accuracy, with / without", $"{Seeds.Text([.. balanced.Select(run => run.Accuracy * 100)], "0.0", " %")} / {Seeds.Text([.. free.Select(run => run.Accuracy * 100)], "0.0", " %")}");
    }

    private static Finding Worse(string what, double[] differences, string format, string unit)
    {
        var (mean, half) = Seeds.Mean(differences);
        return new Finding(what, Seeds.Text(differences, format, unit), "> 0 with 95 %", mean - half > 0);
    }

    private static double Imbalance(ArchivedTraining run) => run.Late("load_imbalance");

    private static double Dropped(ArchivedTraining run) => run.Late("dropped_share");
}
