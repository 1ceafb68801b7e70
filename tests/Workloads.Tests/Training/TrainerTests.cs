using SparseProf.Ops.Errors;
using SparseProf.Torch;
using SparseProf.Workloads.Execution;
using SparseProf.Workloads.Sparsity;
using SparseProf.Workloads.Training;
using SparseProf.Workloads.Training.Optimizers;

namespace SparseProf.Workloads.Tests.Training;

public sealed class TrainerTests
{
    public TrainerTests() => RequiresTorch.OrSkip();

    public static TheoryData<string> Models => ["cnn", "transformer", "mixture", "decoder"];

    [Theory]
    [MemberData(nameof(Models))]
    public void Each_model_learns_what_is_planted(string model)
    {
        var plan = model switch { "cnn" => Plans.Cnn, "transformer" => Plans.Transformer, "mixture" => Plans.Mixture, _ => Plans.Decoder };
        using var trainer = new Trainer(plan, Plans.DataOf(plan));

        var losses = Run(trainer).Select(step => step.Loss).ToList();

        Assert.True(losses[^4..].Average() < 0.5 * losses[0], $"from {losses[0]} to {losses[^1]}");
        Assert.True(trainer.Validate().Accuracy > 0.7);
        Assert.True(trainer.Done);
    }

    [Fact]
    public void Steps_leave_no_tensor_behind()
    {
        using var trainer = new Trainer(Plans.Mixture.With(SparseMethod.RigL), PlantedData.Sentences);
        trainer.Step();
        var before = TorchRuntime.LiveTensors;

        for (var i = 0; i < 5; i++)
            trainer.Step();

        Assert.Equal(before, TorchRuntime.LiveTensors);
    }

    [Fact]
    public void A_loss_that_is_not_finite_leaves_the_weights_alone()
    {
        using var trainer = new Trainer(Plans.Decoder with { Optimizer = new OptimizerSettings { LearningRate = 1e30 }, Schedule = new() { WarmUp = 0 } }, PlantedData.Counting);

        var steps = Enumerable.Range(0, 3).Select(_ => trainer.Step()).ToList();

        Assert.True(steps[^1].Diverged);
        Assert.True(trainer.StepsDone < 3);
    }

    [Fact]
    public void A_step_reports_rate_examples_tokens_and_flops()
    {
        using var trainer = new Trainer(Plans.Decoder, PlantedData.Counting);
        var forward = Plans.Decoder.Workload.Architecture.Graph(32).DenseEquivalentFlops.Value;

        var second = Run(trainer).ElementAt(1);

        Assert.Equal((2, 64, 512), (second.Step, second.Examples, second.Tokens));
        Assert.Equal(1e-2, second.LearningRate, 1e-12);
        Assert.Equal(3 * forward, second.DenseEquivalentFlops, 1);
        Assert.Equal(second.DenseEquivalentFlops, second.NonzeroFlops);
    }

    [Fact]
    public void Nonzero_flops_count_kept_weights_and_the_dense_gradients_of_rigl()
    {
        var plan = Plans.Decoder.With(SparseMethod.RigL, "csr@0.25") with { Steps = 8 };
        plan = plan with { Sparsity = plan.Sparsity with { UpdateInterval = 2, Distribution = DensityDistribution.Uniform } };
        using var trainer = new Trainer(plan, PlantedData.Counting);
        var config = (Ops.Architectures.DecoderConfig)plan.Workload.Architecture;
        var dense = config.Graph(1).DenseEquivalentFlops.Value;
        var layers = 2 * config.BlockWeights.Value * config.Tokens;
        var sparse = dense - 0.75 * layers;

        var steps = Run(trainer).ToList();

        Assert.Equal(32 * 3 * sparse, steps[1].NonzeroFlops, 1);
        Assert.Equal(32 * (2 * sparse + dense), steps[2].NonzeroFlops, 1);
        Assert.Equal(steps.Sum(step => step.NonzeroFlops), trainer.NonzeroFlops);
    }

    [Fact]
    public void A_vocabulary_larger_than_the_models_is_refused()
    {
        var plan = Plans.Decoder with { Workload = Plans.Decoder.Workload with { Architecture = new Ops.Architectures.DecoderConfig { Vocabulary = 4 } } };

        var error = Assert.Throws<UserErrorException>(() => new Trainer(plan, PlantedData.Counting));

        Assert.Equal("synthetic-counting has 16 tokens, the model 4", error.Message);
    }

    [Fact]
    public void More_experts_than_tokens_are_refused()
    {
        var architecture = (Ops.Architectures.TransformerConfig)Plans.Mixture.Workload.Architecture;
        var plan = Plans.Mixture with { Batch = 1, Workload = Plans.Mixture.Workload with { Architecture = architecture with { Routing = new(16, 1, 1.25) } } };

        var error = Assert.Throws<UserErrorException>(() => new Trainer(plan, PlantedData.Sentences));

        Assert.Equal("16 experts are more than the 8 tokens of a batch", error.Message);
    }

    [Fact]
    public void A_load_balancing_loss_of_negative_weight_is_refused()
    {
        var plan = Plans.Mixture with { Router = new() { LoadBalancing = -1 } };

        var error = Assert.Throws<UserErrorException>(() => new Trainer(plan, PlantedData.Sentences));

        Assert.Equal(("-1 is out of range", "--load-balancing"), (error.Message, error.Where));
    }

    [Fact]
    public void A_mixture_reports_loads_drops_and_entropy_each_step()
    {
        using var trainer = new Trainer(Plans.Mixture, PlantedData.Sentences);

        var metrics = trainer.Step().Metrics.ToDictionary(pair => pair.Key, pair => pair.Value);

        Assert.Equal(1, Enumerable.Range(0, 4).Sum(expert => metrics[$"expert_load.0.{expert}"]), 1e-9);
        Assert.Equal(metrics["load_imbalance"], 4 * Enumerable.Range(0, 4).Max(expert => metrics[$"expert_load.0.{expert}"]), 1e-9);
        Assert.InRange(metrics["dropped_share"], 0, 1);
        Assert.InRange(metrics["router_entropy"], 0.5, 1);
    }

    [Fact]
    public void Every_kernel_is_the_default_again_when_training_has_ended()
    {
        using var trainer = new Trainer(Plans.Cnn.With(SparseMethod.SrSte, "2:4") with { Steps = 2 }, PlantedData.Images);
        _ = Run(trainer).Count();

        trainer.Finish();

        Assert.All(trainer.Model.WeightLayers(), entry => Assert.Equal("torch", entry.Layer.Execution.Kernel));
    }

    internal static IEnumerable<TrainingStep> Run(Trainer trainer)
    {
        while (!trainer.Done)
            yield return trainer.Step();
    }
}
