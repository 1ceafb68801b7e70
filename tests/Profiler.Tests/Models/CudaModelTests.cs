using SparseProf.Ops;
using SparseProf.Ops.Architectures;
using SparseProf.Ops.Units;
using SparseProf.Profiler.Devices.Cuda;
using SparseProf.Profiler.Kernels.Cuda;
using SparseProf.Profiler.Models;
using SparseProf.Profiler.Tests.Devices.Cuda;
using SparseProf.Torch;
using SparseProf.Workloads;

namespace SparseProf.Profiler.Tests.Models;

/// <summary>
/// The executions of models on a GPU, with libtorch on the processor and cuSPARSELt and cuSPARSE simulated: those compute on
/// the memory of libtorch's tensors, wherever that is.
/// </summary>
[Collection(TorchState.Name)]
public sealed class CudaModelTests : IDisposable
{
    private readonly CudaDevice _device;

    public CudaModelTests()
    {
        RequiresTorch.OrSkip();
        _device = SimulatedDevice.OpenOrSkip();
    }

    public void Dispose() => _device?.Dispose();

    [Theory]
    [InlineData("2:4", DType.Bf16, "cusparselt")]
    [InlineData("csr@0.1", DType.Bf16, "cusparse.csr")]
    [InlineData("csr@0.5", DType.Bf16, "cusparse.csr")]
    [InlineData("csr@0.5", DType.Fp32, "cusparse.csr")]
    [InlineData("block:16x16@0.25", DType.Bf16, "cusparse.blocked_ell")]
    public void Dense_masked_and_sparse_executions_of_a_transformer_agree(string pattern, DType dtype, string kernel) => Agree(
        new Workload("small", "", new TransformerConfig
        {
            Layers = 2,
            Width = 64,
            Heads = 4,
            FfnWidth = 128,
            Vocabulary = 100,
            Positions = 32,
            Tokens = 16,
            EncoderPattern = SparsityPatternText.Parse(pattern),
        }, Batch: 2),
        dtype,
        kernel);

    [Fact]
    public void Dense_masked_and_sparse_executions_of_a_residual_network_agree() => Agree(
        new Workload("small", "", new ResNetConfig { StageWidths = [8, 16], BlocksPerStage = 1, ImageSize = 8, Pruning = new Pruning(new LayerDensity.GlobalMagnitude(), 3000) }, Batch: 2),
        DType.Fp32,
        "cusparse.csr");

    [Fact]
    public void A_mixture_of_experts_runs_in_half_the_bits()
    {
        var workload = new Workload("small", "", new TransformerConfig
        {
            Layers = 2,
            Width = 64,
            Heads = 4,
            FfnWidth = 128,
            Vocabulary = 100,
            Positions = 32,
            Tokens = 16,
            Routing = new Routing(4, 1, 1.25),
        }, Batch: 1);
        using var model = _device.Invoke(() => new PreparedModel(workload, 1, new CudaPlatform(_device, TorchDevice.Cpu, DType.Bf16, CandidateTrials.Silent)));
        Assert.All(model.Executions, execution => Assert.True(_device.Invoke(() => model.Verify(execution)).Passed));
        Assert.Equal(2 * workload.Graph.TotalParameters.Value, model.WeightBytes(ModelExecution.BestDense).Value);
    }

    [Theory]
    [InlineData("2:4")]
    [InlineData("block:16x16@0.25")]
    public void Fp32_layers_have_no_sparse_kernel_where_tensor_cores_would_compute_them_in_tf32(string pattern)
    {
        using var layer = new Workloads.Modules.LinearLayer(Aten.Ones([64, 64]), null, SparsityPatternText.Parse(pattern), Aten.Ones([64, 64]));
        Assert.Null(_device.Invoke(() => new CudaPlatform(_device, TorchDevice.Cpu, DType.Fp32, CandidateTrials.Silent).Sparse(layer)));
    }

    private void Agree(Workload workload, DType dtype, string kernel)
    {
        using var model = _device.Invoke(() => new PreparedModel(workload, 1, new CudaPlatform(_device, TorchDevice.Cpu, dtype, CandidateTrials.Silent)));
        Assert.Equal([ModelExecution.BestDense, ModelExecution.Masked, ModelExecution.Sparse], model.Executions);
        // Whatever won the contest on this machine, what the sparse kernel computes must be right.
        foreach (var (_, layer) in SparseProf.Workloads.Execution.Executions.WeightLayers(model.Model))
        {
            if (layer.Mask is null)
                continue;
            _device.Invoke(() =>
            {
                using var noGrad = Autograd.NoGrad();
                using var scope = TensorScope.Enter();
                using var sparse = new CudaPlatform(_device, TorchDevice.Cpu, dtype, CandidateTrials.Silent).Sparse(layer)!;
                Assert.Equal(kernel, sparse.Kernel);
                var input = Aten.To(Input(layer), layer.Weight.ScalarType);
                var expected = Floats(layer.Execution.Forward(input));
                var found = Floats(sparse.Forward(input));
                Assert.Equal(expected.Length, found.Length);
                var scale = Math.Sqrt(expected.Average(value => (double)value * value));
                Assert.All(expected.Zip(found), pair => Assert.Equal(pair.First / scale, pair.Second / scale, dtype == DType.Fp32 ? 1e-3 : 0.1));
            });
        }

        Assert.All(model.Executions, execution => Assert.True(_device.Invoke(() => model.Verify(execution)).Passed, execution.Kernel));
    }

    private static Tensor Input(Workloads.Modules.WeightLayer layer) => layer is Workloads.Modules.Conv2dLayer convolution
        ? Aten.Randn([2, convolution.Weight.Size(1), 8, 8])
        : Aten.Randn([3, layer.Columns]);

    private static float[] Floats(Tensor tensor) => Aten.Contiguous(Aten.To(tensor, ScalarType.Float32)).Data<float>().ToArray();
}
