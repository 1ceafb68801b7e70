using SparseProf.Ops;
using SparseProf.Profiler.Kernels;
using SparseProf.Profiler.Kernels.Cuda.Experts;
using SparseProf.Profiler.Tests.Devices.Cuda;

namespace SparseProf.Profiler.Tests.Kernels.Cuda;

[Collection(SimulatedGpuState.Name)]
public sealed class ExpertTests
{
    private static readonly Routing s_routing = new(8, 2, capacityFactor: null);

    [Theory]
    [InlineData("balanced", 256, 1)]
    [InlineData("power_law_1.2", 256, 1)]
    [InlineData("measured_0.9/0.1/0/0/0/0/0/0", 100, 64)]
    public void Every_choice_has_a_row_of_its_expert_and_no_token_meets_an_expert_twice(string load, long tokens, int aligned)
    {
        var loads = ExpertLoad.Parse(load).TokensOf(s_routing, tokens);
        var placement = new ExpertPlacement(loads, tokens, s_routing.TopK, aligned, seed: 3);

        Assert.Equal(loads.Sum(), placement.Sources.Count(source => source != ExpertPlacement.None));
        Assert.All(placement.Starts, start => Assert.Equal(0, start % aligned));
        var experts = placement.Places.Select(place => Enumerable.Range(0, 8).Last(expert => placement.Starts[expert] <= place && loads[expert] > 0)).ToArray();
        for (var token = 0; token < tokens; token++)
        {
            Assert.All(placement.Places.AsSpan(2 * token, 2).ToArray(), place => Assert.Equal((uint)token, placement.Sources[place]));
            Assert.NotEqual(experts[2 * token], experts[2 * token + 1]);
        }

        Assert.Equal(loads, Enumerable.Range(0, 8).Select(expert => (long)experts.Count(other => other == expert)));
    }

    [Theory]
    [InlineData(ExpertWay.Loop, "balanced", 2, DType.Bf16)]
    [InlineData(ExpertWay.Loop, "power_law_1.5", 2, DType.Bf16)]
    [InlineData(ExpertWay.Grouped, "power_law_1.5", 2, DType.Fp16)]
    [InlineData(ExpertWay.Grouped, "power_law_1.5", 1, DType.Fp32)]
    public void A_layer_of_unevenly_loaded_experts_agrees_with_fp64(ExpertWay way, string load, int topK, DType dtype)
    {
        using var device = SimulatedDevice.OpenOrSkip();
        var op = new MoeFfn(96, 64, 128, new Routing(8, topK, capacityFactor: null), dtype, SparsityPattern.Dense.Instance) { Load = ExpertLoad.Parse(load) };
        using var prepared = new ExpertKernel(device, way).Prepare(op, new KernelData(5));
        var found = prepared.Verify();
        Assert.True(found.Passed, $"{found.MaxRelativeError}");
        // Rounding shows, except where two halves of fp32 sums are exact.
        Assert.True(found.MaxRelativeError > 0);
        Assert.All(prepared.ReadOutput(), value => Assert.True(float.IsFinite(value)));
    }

    [Fact]
    public void Permuting_alone_gives_every_token_the_sum_of_its_results_times_their_gates()
    {
        using var device = SimulatedDevice.OpenOrSkip();
        var op = new TokenPermutation(96, 64, s_routing, DType.Bf16) { Load = new ExpertLoad.PowerLaw(1.2) };
        using var prepared = new ExpertKernel(device, ExpertWay.Permute).Prepare(op, new KernelData(5));
        Assert.True(prepared.Verify().Passed);
        Assert.Null(new ExpertKernel(device, ExpertWay.Loop).Misfit(new MoeFfn(96, 64, 128, s_routing, DType.Bf16, SparsityPattern.Dense.Instance)));
        Assert.NotNull(new ExpertKernel(device, ExpertWay.Loop).Misfit(op));
        Assert.NotNull(new ExpertKernel(device, ExpertWay.Permute).Misfit(op with { Width = 60 }));
    }

    [Fact]
    public void A_single_expert_is_a_dense_layer_and_permutes_nothing()
    {
        using var device = SimulatedDevice.OpenOrSkip();
        var op = new MoeFfn(96, 64, 128, new Routing(1, 1, capacityFactor: null), DType.Bf16, SparsityPattern.Dense.Instance);
        using var prepared = new ExpertKernel(device, ExpertWay.Loop).Prepare(op, new KernelData(5));
        Assert.True(prepared.Verify().Passed);
        Assert.Equal(["simulated_gemm_128x128", "simulated_gemm_128x128"], device.KernelsOf(prepared).Select(kernel => kernel.Name));
    }
}
