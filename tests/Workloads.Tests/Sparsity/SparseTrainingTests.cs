using SparseProf.Ops.Errors;
using SparseProf.Torch;
using SparseProf.Workloads.Execution;
using SparseProf.Workloads.Sparsity;
using SparseProf.Workloads.Tests.Training;
using SparseProf.Workloads.Training;

namespace SparseProf.Workloads.Tests.Sparsity;

public sealed class SparseTrainingTests
{
    public SparseTrainingTests() => RequiresTorch.OrSkip();

    public static TheoryData<string, string> Methods => new()
    {
        { "static", "csr@0.3" }, { "static", "2:4" }, { "static", "block:2x2@0.5" }, { "magnitude", "csr@0.3" }, { "gradual", "csr@0.3" }, { "gradual", "block:2x2@0.5" }, { "set", "csr@0.3" }, { "rigl", "csr@0.3" },
    };

    [Theory]
    [MemberData(nameof(Methods))]
    public void Masked_weights_are_zero_after_every_step_and_the_density_is_met(string method, string pattern)
    {
        var plan = Plans.Cnn.With(SparseMethods.Parse(method), pattern);
        using var trainer = new Trainer(plan, PlantedData.Images);

        foreach (var step in TrainerTests.Run(trainer))
            Assert.Equal(0, WeightsOutsideMasks(trainer));

        Assert.Equal(plan.Sparsity.Pattern.Density.Value, trainer.Sparsity.Density, 0.01);
    }

    [Theory]
    [InlineData("set")]
    [InlineData("rigl")]
    public void Drop_and_grow_keeps_each_layers_count_and_changes_places(string method)
    {
        using var trainer = new Trainer(Plans.Cnn.With(SparseMethods.Parse(method)), PlantedData.Images);
        var layers = ((MaskedTraining)trainer.Sparsity).Layers;
        var before = layers.Select(layer => layer.Kept).ToList();

        var turnovers = TrainerTests.Run(trainer).SelectMany(step => step.Metrics).Where(metric => metric.Key == "mask_turnover").Select(metric => metric.Value).ToList();

        Assert.Equal(before, layers.Select(layer => layer.Kept));
        Assert.NotEmpty(turnovers);
        Assert.All(turnovers, turnover => Assert.InRange(turnover, 0.01, 0.3));
    }

    [Fact]
    public void Rigl_grows_the_weights_with_the_largest_gradients_and_drops_the_smallest()
    {
        float[] weights = [0.9f, 0, 0.1f, 0, -0.5f, 0];
        bool[] mask = [true, false, true, false, true, false];
        float[] gradients = [9, -3, 0, 1, 9, 2];
        var next = new bool[6];

        DropAndGrow.Replace(weights, mask, gradients, next, 1);

        Assert.Equal([true, true, false, false, true, false], next);
    }

    [Fact]
    public void A_dropped_weight_returns_where_its_gradient_is_the_largest()
    {
        var next = new bool[3];

        DropAndGrow.Replace([1, 0.1f, 0], [true, true, false], [0, -7, 3], next, 1);

        Assert.Equal([true, true, false], next);
    }

    [Fact]
    public void The_share_that_is_replaced_falls_with_a_cosine()
    {
        using var trainer = new Trainer(Plans.Cnn.With(SparseMethod.RigL) with { Steps = 100 }, PlantedData.Images);
        var method = (DropAndGrow)trainer.Sparsity;

        Assert.Equal(0.3, method.DropFraction(0));
        Assert.Equal(0.225, method.DropFraction(25), 1e-9);
        Assert.Equal(0, method.DropFraction(75), 1e-9);
    }

    [Fact]
    public void State_of_the_optimizer_is_zero_where_weights_are_grown()
    {
        var plan = Plans.Cnn.With(SparseMethod.RigL);
        using var trainer = new Trainer(plan, PlantedData.Images);
        for (var i = 0; i < 3; i++)
            trainer.Step();
        var layers = ((MaskedTraining)trainer.Sparsity).Layers;
        var before = layers.Select(layer => layer.Layer.Mask!.Data<bool>().ToArray()).ToList();

        trainer.Step();

        var grown = 0;
        foreach (var (i, layer) in layers.Index())
        {
            var now = layer.Layer.Mask!.Data<bool>();
            var state = trainer.Optimizer.StateOf(layer.Layer.Weight)[0].Data<float>();
            for (var weight = 0; weight < now.Length; weight++)
            {
                if (!now[weight] || !before[i][weight])
                    Assert.Equal(0, state[weight]);
                grown += now[weight] && !before[i][weight] ? 1 : 0;
            }
        }

        Assert.True(grown > 0);
    }

    [Fact]
    public void Gradual_pruning_follows_the_cubic_schedule()
    {
        var plan = Plans.Cnn.With(SparseMethod.Gradual, "csr@0.2") with { Steps = 20 };
        plan = plan with { Sparsity = plan.Sparsity with { Begin = 0.1, End = 0.6, UpdateInterval = 1, Distribution = DensityDistribution.Global } };
        using var trainer = new Trainer(plan, PlantedData.Images);

        var densities = TrainerTests.Run(trainer).Select(step => step.Density).ToList();

        Assert.Equal(1, densities[1]);
        Assert.Equal(1 - 0.8 * (1 - Math.Pow(0.5, 3)), densities[7], 1e-3);
        Assert.Equal(0.2, densities[12], 1e-3);
        Assert.Equal(0.2, densities[19], 1e-3);
    }

    [Fact]
    public void Global_pruning_keeps_the_largest_weights_of_all_layers_together()
    {
        var plan = Plans.Cnn.With(SparseMethod.Magnitude, "csr@0.3") with { Steps = 2 };
        plan = plan with { Sparsity = plan.Sparsity with { Begin = 0.5, Distribution = DensityDistribution.Global } };
        using var trainer = new Trainer(plan, PlantedData.Images);
        trainer.Step();
        trainer.Step();

        var layers = ((MaskedTraining)trainer.Sparsity).Layers;

        // Initial weights of narrow layers are larger, so these keep more.
        var first = layers.First(layer => layer.Path.StartsWith("stage1", StringComparison.Ordinal));
        var last = layers.Last(layer => layer.Path == "stage2.block1.second.conv");
        Assert.True(first.Density > last.Density);
        Assert.Equal(0.3, trainer.Sparsity.Density, 1e-3);
    }

    [Fact]
    public void Straight_through_products_are_two_of_four_and_gradients_reach_all_weights()
    {
        using var scope = TensorScope.Enter();
        using var trainer = new Trainer(Plans.Cnn.With(SparseMethod.SrSte, "2:4") with { Steps = 1 }, PlantedData.Images);
        var layer = trainer.Model.WeightLayers().First(entry => entry.Path == "stage2.block1.second.conv").Layer;
        var input = Aten.Randn([1, 8, 4, 4]);

        var output = layer.Forward(input);
        Autograd.Backward(Aten.Sum(output));

        var masked = Aten.Detach(StraightThroughExecution.Largest(layer.Weight, new Ops.SparsityPattern.NofM(2, 4)));
        Assert.All(masked.Data<float>().ToArray().Chunk(4), group => Assert.Equal(2, group.Count(value => value != 0)));
        Assert.Equal(Aten.Conv2d(input, masked, null, 1, 1).Data<float>(), Aten.Detach(output).Data<float>());
        Assert.DoesNotContain(0f, Autograd.Grad(layer.Weight)!.Data<float>().ToArray());
    }

    [Fact]
    public void Straight_through_training_ends_with_masks_that_give_the_same_logits()
    {
        using var scope = TensorScope.Enter();
        using var trainer = new Trainer(Plans.Cnn.With(SparseMethod.SrSte, "2:4"), PlantedData.Images);
        _ = TrainerTests.Run(trainer).Count();
        var before = trainer.Validate();

        trainer.Finish();

        Assert.Equal(before.Loss, trainer.Validate().Loss, 1e-6);
        Assert.Equal(0, WeightsOutsideMasks(trainer));
    }

    [Fact]
    public void Two_of_four_that_does_not_divide_a_layer_is_refused_by_name()
    {
        var plan = Plans.Cnn.With(SparseMethod.SrSte, "2:4");
        var error = Assert.Throws<UserErrorException>(() => new Trainer(plan with { Sparsity = plan.Sparsity with { DenseLayers = [] } }, PlantedData.Images));

        Assert.Equal("2:4 does not fit layer stem.conv: 27 columns are not a multiple of 4", error.Message);
    }

    [Theory]
    [InlineData("rigl", "csr@0.0001")]
    [InlineData("static", "block:2x2@0.001")]
    public void A_density_no_mask_can_meet_is_refused_with_the_layer(string method, string pattern)
    {
        var error = Assert.Throws<UserErrorException>(() => new Trainer(Plans.Cnn.With(SparseMethods.Parse(method), pattern), PlantedData.Images));

        Assert.Contains("no mask can meet a density", error.Message, StringComparison.Ordinal);
        Assert.Contains("stage1.block1.first.conv", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("rigl", "2:4", "csr@DENSITY, such as csr@0.1")]
    [InlineData("sr-ste", "csr@0.5", "N:M, such as 2:4")]
    [InlineData("static", "dense", "N:M, csr@DENSITY or block:ROWSxCOLUMNS@DENSITY")]
    public void A_pattern_that_a_method_cannot_have_is_refused(string method, string pattern, string allowed) =>
        Assert.Equal(allowed, Assert.Throws<UserErrorException>(() => new Trainer(Plans.Cnn.With(SparseMethods.Parse(method), pattern), PlantedData.Images)).Allowed);

    private static int WeightsOutsideMasks(Trainer trainer)
    {
        var outside = 0;
        foreach (var (_, layer) in trainer.Model.WeightLayers().Where(entry => entry.Layer.Mask is not null))
        {
            var weight = layer.Weight.Data<float>();
            var mask = layer.Mask!.Data<bool>();
            for (var i = 0; i < weight.Length; i++)
                outside += !mask[i] && weight[i] != 0 ? 1 : 0;
        }

        return outside;
    }
}
