using SparseProf.CostModel.Hardware;

namespace SparseProf.CostModel.Tests.Hardware;

public sealed class ProfileMatchTests
{
    [Theory]
    [InlineData("NVIDIA H100 80GB HBM3", 85.0e9, "nvidia-h100-sxm5-80gb")]
    [InlineData("NVIDIA H100 PCIe", 85.0e9, "nvidia-h100-pcie-80gb")]
    [InlineData("NVIDIA H200", 150.7e9, "nvidia-h200-sxm-141gb")]
    [InlineData("NVIDIA A100-SXM4-80GB", 85.0e9, "nvidia-a100-sxm4-80gb")]
    [InlineData("NVIDIA A100-SXM4-40GB", 42.3e9, "nvidia-a100-sxm4-40gb")]
    [InlineData("NVIDIA A100 80GB PCIe", 85.0e9, "nvidia-a100-pcie-80gb")]
    [InlineData("NVIDIA GeForce RTX 4090", 25.4e9, "nvidia-rtx-4090")]
    [InlineData("NVIDIA L40S", 47.7e9, "nvidia-l40s")]
    public void A_device_finds_the_profile_of_its_model_form_and_memory(string name, double memory, string id) =>
        Assert.Equal(id, ProfileMatch.Find(name, memory)?.Id);

    [Theory]
    [InlineData("Simulated GPU (for tests; not a measurement)", 268e6)]
    [InlineData("NVIDIA H100 NVL", 200e9)]
    [InlineData("NVIDIA GeForce GTX 1080", 8e9)]
    public void What_no_profile_describes_finds_none(string name, double memory) => Assert.Null(ProfileMatch.Find(name, memory));
}
