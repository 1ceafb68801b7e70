using SparseProf.Ops;
using SparseProf.Ops.Architectures;
using SparseProf.Ops.Units;
using SparseProf.Profiler.Kernels.Threading;
using SparseProf.Profiler.Models;
using SparseProf.Torch;
using SparseProf.Workloads;

namespace SparseProf.Profiler.Tests.Models;

[Collection(TorchState.Name)]
public sealed class PreparedModelTests : IDisposable
{
    private static readonly TransformerConfig s_transformer = new()
    {
        Layers = 2,
        Width = 64,
        Heads = 4,
        FfnWidth = 128,
        Vocabulary = 100,
        Positions = 32,
        Tokens = 16,
    };

    private static readonly ResNetConfig s_resNet = new() { StageWidths = [8, 16], BlocksPerStage = 1, ImageSize = 8 };

    private readonly WorkerTeam _team = new(2);

    public PreparedModelTests() => RequiresTorch.OrSkip();

    public void Dispose() => _team.Dispose();

    [Theory]
    [InlineData("2:4")]
    [InlineData("block:16x16@0.25")]
    [InlineData("csr@0.1")]
    public void Every_execution_of_a_pruned_transformer_gives_the_same_logits(string pattern) =>
        AssertVerified(Transformer(s_transformer with { EncoderPattern = SparsityPatternText.Parse(pattern) }));

    [Fact]
    public void Every_execution_of_a_pruned_residual_network_gives_the_same_logits() => AssertVerified(PrunedResNet());

    [Fact]
    public void A_pruned_mixture_of_experts_gives_the_same_logits_in_every_execution() => AssertVerified(
        Transformer(s_transformer with { Routing = new Routing(4, 1, 1.25), EncoderPattern = SparsityPattern.TwoFour }));

    [Fact]
    public void A_model_without_zeros_runs_dense_only()
    {
        using var model = new PreparedModel(Transformer(s_transformer), seed: 1, new CpuPlatform(_team));

        Assert.Equal([ModelExecution.TorchDefault, ModelExecution.BestDense], model.Executions);
        Assert.All(model.Executions, execution => Assert.True(model.Verify(execution).Passed));
        Assert.All(model.Choices, choice => Assert.Null(choice.TimeRatio));
    }

    [Fact]
    public void Sparse_weights_take_less_room_exactly_where_the_sparse_kernel_won()
    {
        using var model = new PreparedModel(Transformer(s_transformer with { EncoderPattern = new SparsityPattern.Unstructured(new Fraction(0.1)) }), seed: 1, new CpuPlatform(_team));
        var dense = model.WeightBytes(ModelExecution.BestDense);

        Assert.Equal(model.Workload.Graph.TotalParameters.Value * 4, dense.Value);
        Assert.Equal(dense, model.WeightBytes(ModelExecution.Masked));
        var contests = model.Choices.Where(choice => choice.Execution == ModelExecution.Sparse).ToList();
        Assert.Equal(2 * 6, contests.Count);
        Assert.Equal(contests.Exists(choice => choice.TimeRatio < 1), model.WeightBytes(ModelExecution.Sparse) < dense);
        Assert.All(contests, choice => Assert.Equal(choice.TimeRatio < 1, choice.Kernel.StartsWith("csr", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_disposed_model_leaves_no_tensor_behind()
    {
        var before = TorchRuntime.LiveTensors;
        foreach (var workload in new[] { PrunedResNet(), Transformer(s_transformer with { EncoderPattern = SparsityPattern.TwoFour }) })
        {
            using var model = new PreparedModel(workload, seed: 1, new CpuPlatform(_team));
            foreach (var execution in model.Executions)
                model.Run(execution);
            Assert.True(TorchRuntime.LiveTensors > before);
        }

        Assert.Equal(before, TorchRuntime.LiveTensors);
    }

    [Fact]
    public void Repeated_passes_leave_no_tensor_behind()
    {
        using var model = new PreparedModel(PrunedResNet(), seed: 1, new CpuPlatform(_team));
        var before = TorchRuntime.LiveTensors;

        for (var pass = 0; pass < 20; pass++)
            model.Run(model.Executions[pass % model.Executions.Count]);

        Assert.Equal(before, TorchRuntime.LiveTensors);
    }

    private void AssertVerified(Workload workload)
    {
        using var model = new PreparedModel(workload, seed: 1, new CpuPlatform(_team));

        Assert.Equal([ModelExecution.BestDense, ModelExecution.Masked, ModelExecution.Sparse], model.Executions);
        Assert.All(model.Executions, execution =>
        {
            var correctness = model.Verify(execution);
            Assert.True(correctness.Passed, $"{execution.Kernel}: {correctness}");
        });
    }

    private static Workload Transformer(TransformerConfig config) => new("small-transformer", "", config, Batch: 2);

    private static Workload PrunedResNet() => new(
        "small-cnn", "", s_resNet with { Pruning = new Pruning(new LayerDensity.ErdosRenyiKernel(), s_resNet.TotalParameters / 2) }, Batch: 2);
}
