using SparseProf.CostModel.Hardware;
using SparseProf.CostModel.Latency;
using SparseProf.Ops;
using SparseProf.Ops.Architectures;
using SparseProf.Ops.Errors;

namespace SparseProf.CostModel.Tests.Latency;

public sealed class ModelWorkTests
{
    [Fact]
    public void A_network_of_our_own_takes_dtype_tokens_and_pattern()
    {
        var work = ModelWork.Of(new TransformerConfig { Layers = 2 }, 4, 64, DType.Fp16, SparsityPattern.TwoFour);

        var projection = (Gemm)work.Graph.Nodes.First(node => node.Op is Gemm { Pattern: SparsityPattern.NofM }).Op;
        Assert.Equal((256L, DType.Fp16), (projection.Shape.M, projection.DType));
        Assert.Equal(2.0 * 4 * 64 * 768 * 2, work.ResidualBytes);
    }

    [Fact]
    public void A_convolutional_network_takes_no_tokens()
    {
        var error = Assert.Throws<UserErrorException>(() => ModelWork.Of(new ResNetConfig(), 1, 128, DType.Fp32, null));

        Assert.Contains("convolutional", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_takes_the_sum_of_its_kernels_and_never_less_than_their_launches()
    {
        var work = ModelWork.Of(new TransformerConfig { Layers = 2 }, 1, 16, DType.Bf16, null);

        var prediction = ModelPredictor.Predict(work, ProfileCatalog.Load("nvidia-h200-sxm-141gb"), null, Priors.None);

        Assert.Equal(prediction.Nodes.Sum(node => node.Seconds.Value), prediction.Seconds.Value, 1e-12);
        Assert.True(prediction.Seconds.Value >= work.Graph.Nodes.Sum(node => node.Count) * DevicePredictor.HostSecondsPerKernel);
        Assert.True(prediction.Joules!.Value.Low < prediction.Joules.Value.Value && prediction.Joules.Value.Value < prediction.Joules.Value.High);
    }

    [Fact]
    public void Experts_with_a_capacity_compute_that_many_rows_each()
    {
        var call = OpCall.Of(new MoeFfn(512, 1024, 4096, new Routing(8, 1, capacityFactor: 2), DType.Bf16, SparsityPattern.Dense.Instance));

        Assert.Equal(8 * 128, call.M);
    }
}
