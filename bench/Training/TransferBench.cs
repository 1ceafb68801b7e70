using System.Globalization;
using SparseProf.Ops;
using SparseProf.Ops.Architectures;
using SparseProf.Ops.Units;
using SparseProf.Workloads.Data;
using SparseProf.Workloads.Sparsity;
using SparseProf.Workloads.Training;

namespace SparseProf.TrainingBench;

/// <summary>Whether the learning rate that is best on a small dense model stays best on a wider and on a sparser one.</summary>
internal sealed class TransferBench(TrainingArchive archive) : ITrainingBench
{
    private const int BaseWidth = 32;
    private const int Width = 128;
    private const int Steps = 80;
    private const int SeedCount = 3;

    private static readonly double[] s_rates = [5e-3, 1e-2, 2e-2, 4e-2, 8e-2];

    public string Name => "transfer";

    public string Setting => $"Language model of 2 layers on the SDK's reference text, {Steps} steps of 1024 tokens, learning rates a factor 2 apart; base width {BaseWidth} dense, then width {Width} dense and at density 0.25 (static masks), with SμPar, and the last without. Validation loss, mean over {SeedCount} seeds.";

    public IEnumerable<Finding> Run()
    {
        var recipe = TrainingRecipes.Find("language-model");
        var data = recipe.Open(recipe.Small, null);
        var plan = TrainingRecipe.Fit(recipe.Small, data) with { Steps = Steps };
        var cases = new (string Name, int Width, double Density, bool Corrected)[]
        {
            ("base", BaseWidth, 1, true),
            ("wider", Width, 1, true),
            ("wider and sparser", Width, 0.25, true),
            ("wider and sparser, uncorrected", Width, 0.25, false),
        };
        var plans = from one in cases from rate in s_rates from seed in Enumerable.Range(0, SeedCount) select Of(plan, one.Width, one.Density, one.Corrected, rate) with { Seed = seed };
        var losses = archive.Train([.. plans], data).Chunk(SeedCount).Select(seeds => seeds.Average(run => run.Loss)).Chunk(s_rates.Length).ToList();
        var best = losses.ConvertAll(grid => Array.IndexOf(grid, grid.Min()));
        for (var i = 0; i < cases.Length; i++)
        {
            var curve = string.Join(", ", losses[i].Select((loss, rate) => string.Create(CultureInfo.InvariantCulture, $"{s_rates[rate]:0.####}: {loss:0.000}")));
            var shift = best[i] - best[0];
            yield return new Finding(
                cases[i].Name, $"best {s_rates[best[i]].ToString("0.####", CultureInfo.InvariantCulture)} ({curve})", i is 1 or 2 ? "within one step of the base" : "", i is 1 or 2 ? Math.Abs(shift) <= 1 : null);
        }
    }

    private static TrainingPlan Of(TrainingPlan plan, int width, double density, bool corrected, double rate)
    {
        var config = (DecoderConfig)plan.Workload.Architecture;
        return plan with
        {
            Workload = plan.Workload with { Architecture = config with { Width = width, Heads = width / 16, FfnWidth = 4 * width } },
            Optimizer = plan.Optimizer with { LearningRate = rate },
            SmuPar = corrected ? new SmuPar(BaseWidth) : null,
            Sparsity = density == 1 ? SparsityPlan.Dense : plan.Sparsity with { Method = SparseMethod.Static, Pattern = new SparsityPattern.Unstructured(new Fraction(density)) },
        };
    }
}
