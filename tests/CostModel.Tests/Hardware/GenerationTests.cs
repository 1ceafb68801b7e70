using SparseProf.CostModel.Hardware;
using SparseProf.CostModel.Latency;
using SparseProf.Ops;

namespace SparseProf.CostModel.Tests.Hardware;

public sealed class GenerationTests
{
    [Theory]
    [InlineData("nvidia-h200-sxm-141gb", "Hopper")]
    [InlineData("nvidia-a30", "Ampere")]
    [InlineData("nvidia-l4", "Ada")]
    [InlineData("nvidia-b200-sxm-180gb", "Blackwell")]
    [InlineData("nvidia-rtx-5090", "Blackwell board")]
    [InlineData("nvidia-a10", "")]
    [InlineData("amd-mi300x", "")]
    public void A_profile_belongs_to_the_generation_that_its_architecture_and_memory_say(string id, string generation) =>
        Assert.Equal(generation, ProfileCatalog.Load(id).Figures(DType.Fp16, SparsityPattern.Dense.Instance).Generation.Name);

    [Fact]
    public void A_cache_that_no_source_gives_is_taken_from_the_architecture()
    {
        var figures = ProfileCatalog.Load("nvidia-l40s").Figures(DType.Bf16, SparsityPattern.Dense.Instance);

        Assert.InRange(figures.L2, 70e6, 100e6);
    }

    [Fact]
    public void A_board_with_a_tighter_power_limit_reaches_a_smaller_share_of_its_peak()
    {
        var free = ProfileCatalog.Load("nvidia-h100-sxm5-80gb").Figures(DType.Bf16, SparsityPattern.Dense.Instance).Generation;
        var tight = ProfileCatalog.Load("nvidia-h100-pcie-80gb").Figures(DType.Bf16, SparsityPattern.Dense.Instance).Generation;

        Assert.Equal(1, free.Compute);
        Assert.InRange(tight.Compute, 0.75, 0.85);
    }

    [Fact]
    public void Constants_moved_there_and_back_are_the_same_and_an_unknown_generation_leaves_them()
    {
        var hopper = Generation.Hopper;
        var ampere = ProfileCatalog.Load("nvidia-a100-sxm4-80gb").Figures(DType.Bf16, SparsityPattern.Dense.Instance).Generation;

        var there = TypicalPhysics.Moved(KernelPhysics.Typical, hopper, ampere);
        var back = TypicalPhysics.Moved(there, ampere, hopper);

        Assert.True(there.Compute < KernelPhysics.Typical.Compute && there.Launch > KernelPhysics.Typical.Launch);
        Assert.Equal(KernelPhysics.Typical.ToLogs(), back.ToLogs(), (a, b) => Math.Abs(a - b) < 1e-12);
        Assert.Equal(KernelPhysics.Typical, TypicalPhysics.Moved(KernelPhysics.Typical, hopper, Generation.Unknown));
    }
}
