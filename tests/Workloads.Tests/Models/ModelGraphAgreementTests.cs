using SparseProf.Ops;
using SparseProf.Ops.Architectures;
using SparseProf.Torch;
using SparseProf.Workloads.Execution;
using SparseProf.Workloads.Models;

namespace SparseProf.Workloads.Tests.Models;

/// <summary>Model and graph come from one config record; here they are shown to compute the same.</summary>
public sealed class ModelGraphAgreementTests
{
    // The full sizes but for the vocabulary and the depth, which cost time and memory and prove nothing more.
    private static readonly TransformerConfig s_transformer = new() { Layers = 2, Vocabulary = 1000, Tokens = 64 };

    public ModelGraphAgreementTests() => RequiresTorch.OrSkip();

    public static TheoryData<string, Architecture, long> Architectures => new()
    {
        { "dense transformer", s_transformer, 1 },
        { "dense transformer, batch of 3", s_transformer, 3 },
        { "switch", s_transformer with { Routing = new Routing(16, 1, 1.25) }, 1 },
        { "switch, batch of 2, two experts a token", s_transformer with { Routing = new Routing(8, 2, 1.0) }, 2 },
        { "switch, every second layer", s_transformer with { Routing = new Routing(14, 1, 1.25), SwitchEvery = 2 }, 1 },
        { "2:4", s_transformer with { EncoderPattern = SparsityPattern.TwoFour }, 1 },
        { "block", s_transformer with { EncoderPattern = new SparsityPattern.Block(32, 32, new(0.2)) }, 1 },
        { "unstructured", s_transformer with { EncoderPattern = new SparsityPattern.Unstructured(new(0.1)) }, 1 },
        { "2:4 experts", s_transformer with { EncoderPattern = SparsityPattern.TwoFour, Routing = new Routing(4, 1, 1.25) }, 1 },
        { "decoder", new DecoderConfig(), 2 },
        { "dense cnn", WorkloadCatalog.DenseCnn.Architecture, 2 },
        { "erk cnn", WorkloadCatalog.SparseCnnDst.Architecture, 1 },
        { "pruned cnn", WorkloadCatalog.PrunedCnn.Architecture, 1 },
    };

    [Theory]
    [MemberData(nameof(Architectures))]
    public void Model_and_graph_agree_on_parameters_and_flops(string name, Architecture architecture, long batch)
    {
        using var model = new Workload(name, name, architecture, batch).Build(seed: 1);
        var graph = architecture.Graph(batch);

        Assert.Equal(graph.TotalParameters.Value, model.Parameters().Sum(parameter => parameter.Tensor.Elements));
        Assert.Equal(graph.NonzeroParameters.Value, model.Parameters().Sum(parameter => parameter.Tensor.Elements) - ZerosOfMasks(model));
        var counted = CountFlops(model, batch);
        Assert.Equal(graph.DenseEquivalentFlops.Value - FlopsOfDroppedTokens(model, architecture), counted);
    }

    [Theory]
    [InlineData("sparse-cnn-dst")]
    [InlineData("pruned-cnn")]
    public void Nonzero_flops_are_those_of_the_weights_that_masks_keep(string name)
    {
        using var model = WorkloadCatalog.Find(name).Build(seed: 1);
        var skipped = new SkippedFlops();
        model.Use(layer => layer.Mask is null ? null : skipped.Watch(layer));

        var counted = CountFlops(model, batch: 1);

        Assert.Equal(WorkloadCatalog.Find(name).Graph.NonzeroFlops.Value, counted - skipped.Flops);
    }

    [Fact]
    public void Masked_weights_are_zero_and_the_others_are_not()
    {
        using var model = WorkloadCatalog.SparseCnnDst.Build(seed: 1);

        foreach (var (path, layer) in model.WeightLayers().Where(entry => entry.Layer.Mask is not null))
        {
            var weight = layer.Weight.Data<float>();
            var mask = layer.Mask!.Data<bool>();
            var agree = true;
            for (var i = 0; i < weight.Length; i++)
                agree &= weight[i] != 0 == mask[i];
            Assert.True(agree, path);
        }
    }

    private static double CountFlops(Model model, long batch)
    {
        using var scope = TensorScope.Enter();
        using var noGrad = Autograd.NoGrad();
        var input = model.RandomInput(batch);
        using var counter = FlopCounter.Start();
        model.Forward(input);
        return counter.Flops;
    }

    private static long ZerosOfMasks(Model model)
    {
        var zeros = 0L;
        foreach (var (_, layer) in model.WeightLayers())
        {
            if (layer.Mask is { } mask)
                zeros += mask.Data<bool>().Count(false);
        }

        return zeros;
    }

    private static double FlopsOfDroppedTokens(Model model, Architecture architecture) =>
        model is TransformerModel transformer && architecture is TransformerConfig config
            ? transformer.DroppedTokens * 2.0 * 2 * config.Width * config.FfnWidth
            : 0;
}
