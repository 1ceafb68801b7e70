using SparseProf.Ops;
using SparseProf.Ops.Architectures;
using SparseProf.Ops.Errors;
using SparseProf.Workloads.Execution;
using SparseProf.Workloads.Sparsity;
using SparseProf.Workloads.Training;

namespace SparseProf.Workloads.Tests.Training;

public sealed class SmuParTests
{
    private const int BaseWidth = 16;
    private static readonly double[] s_rates = [2e-3, 8e-3, 3.2e-2, 0.128, 0.512];

    public SmuParTests() => RequiresTorch.OrSkip();

    [Fact]
    public void Rates_and_initial_spreads_follow_width_and_density()
    {
        using var trainer = new Trainer(Plan(64, 0.25, 1e-2), PlantedData.Counting);
        var factors = trainer.Optimizer.Parameters.ToDictionary(parameter => parameter.Name, parameter => parameter.RateFactor);

        Assert.Equal(1, factors["layer0.attention.query.weight"], 1e-9);
        Assert.Equal(0.25, factors["head.weight"], 1e-9);
        Assert.Equal(1, factors["embeddings.word"]);
        Assert.Equal(1, factors["layer0.ffn.in.bias"]);
        Assert.Equal(1 / Math.Sqrt(64 * 0.25), Spread("layer0.ffn.in"), 0.01);
        Assert.Equal(1 / Math.Sqrt(64 * 4), Spread("head"), 0.005);

        double Spread(string path)
        {
            var kept = trainer.Model.WeightLayers().First(entry => entry.Path == path).Layer.Weight.Data<float>().ToArray().Where(value => value != 0).ToList();
            return Math.Sqrt(kept.Average(value => value * value));
        }
    }

    [Theory]
    [InlineData(64, 1)]
    [InlineData(64, 0.25)]
    public void The_best_rate_of_the_base_stays_best_within_one_step_of_the_grid(int width, double density) =>
        Assert.InRange(Best(width, density) - Best(BaseWidth, 1), -1, 1);

    [Fact]
    public void Other_models_are_refused() =>
        Assert.Equal(
            "SμPar does not apply to dense-transformer with AdamW",
            Assert.Throws<UserErrorException>(() => new Trainer(Plans.Transformer with { SmuPar = new(16) }, PlantedData.Sentences)).Message);

    private static int Best(int width, double density)
    {
        var losses = s_rates.Select(rate =>
        {
            using var trainer = new Trainer(Plan(width, density, rate), PlantedData.Counting);
            return TrainerTests.Run(trainer).Select(step => step.Diverged ? double.MaxValue : step.Loss).TakeLast(3).Average();
        }).ToList();
        return losses.IndexOf(losses.Min());
    }

    private static TrainingPlan Plan(int width, double density, double rate)
    {
        var config = (DecoderConfig)Plans.Decoder.Workload.Architecture with { Width = width, Heads = width / 8, FfnWidth = 2 * width };
        return Plans.Decoder with
        {
            Workload = Plans.Decoder.Workload with { Architecture = config },
            Steps = 20,
            Optimizer = Plans.Decoder.Optimizer with { LearningRate = rate },
            SmuPar = new SmuPar(BaseWidth),
            Sparsity = density == 1 ? SparsityPlan.Dense : new SparsityPlan { Method = SparseMethod.Static, Pattern = new SparsityPattern.Unstructured(new(density)), Distribution = DensityDistribution.Uniform },
        };
    }
}
