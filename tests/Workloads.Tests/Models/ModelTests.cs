using SparseProf.Ops;
using SparseProf.Ops.Architectures;
using SparseProf.Torch;
using SparseProf.Workloads.Execution;
using SparseProf.Workloads.Models;

namespace SparseProf.Workloads.Tests.Models;

public sealed class ModelTests
{
    private static readonly TransformerConfig s_small = new()
    {
        Layers = 2,
        Width = 64,
        Heads = 4,
        FfnWidth = 128,
        Vocabulary = 100,
        Positions = 32,
        Tokens = 16,
    };

    public ModelTests() => RequiresTorch.OrSkip();

    [Fact]
    public void The_same_seed_builds_the_same_model()
    {
        using var scope = TensorScope.Enter();
        using var first = new TransformerModel(s_small, seed: 3);
        using var second = new TransformerModel(s_small, seed: 3);
        var input = first.RandomInput(2);

        Assert.Equal(first.Forward(input).Data<float>(), second.Forward(input).Data<float>());
    }

    [Fact]
    public void Forwards_leave_no_tensor_behind()
    {
        using var model = new TransformerModel(s_small with { Routing = new Routing(4, 1, 1.25) }, seed: 1);
        using var input = model.RandomInput(1);
        var before = TorchRuntime.LiveTensors;

        for (var i = 0; i < 100; i++)
            model.Forward(input).Dispose();

        Assert.Equal(before, TorchRuntime.LiveTensors);
    }

    [Fact]
    public void A_disposed_model_frees_its_parameters_and_masks()
    {
        var before = TorchRuntime.LiveTensors;

        using (var scope = TensorScope.Enter())
        {
            using var model = new TransformerModel(s_small with { EncoderPattern = SparsityPattern.TwoFour }, seed: 1);
            model.UseMasked();
            model.Forward(model.RandomInput(1));
        }

        Assert.Equal(before, TorchRuntime.LiveTensors);
    }

    [Fact]
    public void Sequences_of_a_batch_do_not_mix()
    {
        using var scope = TensorScope.Enter();
        using var model = new TransformerModel(s_small, seed: 1);
        var batch = model.RandomInput(3);

        var together = model.Forward(batch).Data<float>().ToArray();
        var alone = model.Forward(Aten.Slice(batch, 0, 1, 2)).Data<float>().ToArray();

        Assert.Equal(alone[0], together[2], 1e-4f);
        Assert.Equal(alone[1], together[3], 1e-4f);
    }

    [Fact]
    public void Every_kernel_of_a_linear_layer_gives_the_same_logits()
    {
        using var scope = TensorScope.Enter();
        using var model = new TransformerModel(s_small with { EncoderPattern = SparsityPattern.TwoFour }, seed: 1);
        var input = model.RandomInput(2);
        var expected = model.Forward(input).Data<float>().ToArray();

        model.UseMasked();
        AssertNear(expected, model.Forward(input));
        for (var i = 0; i < DenseKernels.Candidates(model.WeightLayers().First().Layer, copyWeights: true).Count(); i++)
        {
            model.Use(layer => DenseKernels.Candidates(layer, copyWeights: true).ElementAt(i));
            AssertNear(expected, model.Forward(input));
        }

        model.UseDefault();
        Assert.Equal(expected, model.Forward(input).Data<float>());
    }

    [Fact]
    public void Every_kernel_of_a_convolution_gives_the_same_logits()
    {
        using var scope = TensorScope.Enter();
        using var model = WorkloadCatalog.PrunedCnn.Build(seed: 1);
        var input = model.RandomInput(1);
        var expected = model.Forward(input).Data<float>().ToArray();

        model.UseMasked();
        AssertNear(expected, model.Forward(input));
        Assert.Contains(model.WeightLayers(), entry => entry.Layer.Execution.Kernel == "masked");
        model.Use(layer => DenseKernels.Candidates(layer, copyWeights: true).Last());
        AssertNear(expected, model.Forward(input));
    }

    [Fact]
    public void The_fastest_dense_kernels_give_the_same_logits_and_leave_no_tensor_behind()
    {
        using var model = new TransformerModel(s_small with { Routing = new Routing(4, 1, 1.25) }, seed: 1);
        using var input = model.RandomInput(1);
        using var expected = model.Forward(input);
        var before = TorchRuntime.LiveTensors;

        model.UseFastestDense(input, copyWeights: false);
        using (var actual = model.Forward(input))
            AssertNear(expected.Data<float>().ToArray(), actual);
        model.UseDefault();

        Assert.Equal(before, TorchRuntime.LiveTensors);
    }

    [Fact]
    public void Names_of_parameters_are_distinct_paths()
    {
        using var model = new TransformerModel(s_small with { Routing = new Routing(4, 1, 1.25), SwitchEvery = 2 }, seed: 1);
        var names = model.Parameters().Select(parameter => parameter.Name).ToList();

        Assert.Equal(names.Count, names.Distinct().Count());
        Assert.Contains("layer0.attention.query.weight", names);
        Assert.Contains("layer0.ffn.in.bias", names);
        Assert.Contains("layer1.switch.expert3.out.weight", names);
    }

    [Fact]
    public void Gradients_reach_every_parameter_that_the_loss_depends_on()
    {
        using var scope = TensorScope.Enter();
        using var model = new TransformerModel(s_small with { Routing = new Routing(2, 1, 2.0) }, seed: 1);
        model.Train();
        model.RequireGradients(true);

        var loss = Aten.CrossEntropy(model.Forward(model.RandomInput(4)), Aten.FromArray([0L, 1, 0, 1], 4));
        Autograd.Backward(loss);

        Assert.All(model.Parameters(), parameter => Assert.NotNull(Autograd.Grad(parameter.Tensor)));
    }

    [Fact]
    public void Training_moves_the_running_statistics_and_evaluation_does_not()
    {
        using var scope = TensorScope.Enter();
        using var model = new ResNetModel(new ResNetConfig { StageWidths = [8, 16], BlocksPerStage = 1, ImageSize = 8 }, seed: 1);
        var mean = model.Buffers().First(buffer => buffer.Name == "stem.norm.running_mean").Tensor;
        var input = model.RandomInput(4);

        model.Forward(input);
        Assert.All(mean.Data<float>().ToArray(), value => Assert.Equal(0, value));

        model.Train();
        model.Forward(input);
        Assert.Contains(mean.Data<float>().ToArray(), value => value != 0);
    }

    private static void AssertNear(float[] expected, Tensor actual)
    {
        foreach (var (i, value) in actual.Data<float>().ToArray().Index())
            Assert.Equal(expected[i], value, 1e-4f);
    }
}
