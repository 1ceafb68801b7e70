using SparseProf.Ops;
using SparseProf.Profiler.Devices.Cuda;
using SparseProf.Profiler.Kernels;
using SparseProf.Profiler.Kernels.Cuda;
using SparseProf.Profiler.Tests.Devices.Cuda;

namespace SparseProf.Profiler.Tests.Kernels.Cuda;

[Collection(SimulatedGpuState.Name)]
public sealed class CandidateSearchTests
{
    // The simulated board meets its power limit after 5 ms of load; algorithm 2 of 5 is the fastest by 15 %.
    [Fact]
    public void A_power_limit_met_in_the_middle_of_a_search_does_not_choose_the_winner()
    {
        using var device = SimulatedDevice.OpenOrSkip();
        var op = new Gemm(new GemmShape(1536, 1536, 1536), DType.Bf16, SparsityPattern.Dense.Instance);
        for (var attempt = 0; attempt < 3; attempt++)
        {
            using var prepared = (CudaGemm)new CublasLtKernel(device).Prepare(op, new KernelData(1, 1));
            Assert.Equal(2, prepared.Choice.Settings.Single(setting => setting.Key == "id").Value);
            // A board at rest again.
            Thread.Sleep(20);
        }
    }
}
