using SparseProf.Ops;
using SparseProf.Profiler.Devices.Cuda;
using SparseProf.Profiler.Kernels;
using SparseProf.Profiler.Kernels.Cuda;
using SparseProf.Profiler.Tests.Devices.Cuda;

namespace SparseProf.Profiler.Tests.Kernels.Cuda;

/// <summary>
/// The simulated cuSPARSE takes 20 % less where tokens are contiguous: worth two transpositions where the product is long,
/// which many nonzeros make it.
/// </summary>
[Collection(SimulatedGpuState.Name)]
public sealed class CusparseGemmTests : IDisposable
{
    private readonly CudaDevice _device = SimulatedDevice.OpenOrSkip();

    public void Dispose() => _device?.Dispose();

    [Theory]
    [InlineData("cusparse.csr", "bf16", "csr@0.1", 33, 70, 131, false)]
    [InlineData("cusparse.csr", "bf16", "csr@0.5", 33, 70, 131, true)]
    [InlineData("cusparse.csr", "fp16", "csr@0.5", 70, 33, 64, true)]
    [InlineData("cusparse.csr", "fp32", "csr@0.5", 65, 129, 97, true)]
    [InlineData("cusparse.bsr", "fp32", "block:32x32@0.1", 65, 128, 96, false)]
    [InlineData("cusparse.bsr", "fp32", "block:32x32@1", 65, 512, 512, true)]
    [InlineData("cusparse.blocked_ell", "tf32", "block:32x32@1", 65, 512, 512, true)]
    public void Both_orders_leave_the_result_as_frameworks_hold_it(string kernel, string dtype, string pattern, long m, long n, long k, bool byRows)
    {
        using var prepared = Prepare(kernel, dtype, pattern, new GemmShape(m, n, k));
        Assert.Equal(byRows ? 1 : 0, Setting(prepared, "row_order"));
        var correctness = prepared.Verify();
        Assert.True(correctness.Passed, $"{correctness}");
    }

    [Fact]
    public void The_order_is_stored_with_the_times_of_both_and_of_the_transpositions()
    {
        using var prepared = Prepare("cusparse.csr", "bf16", "csr@0.5", new GemmShape(64, 1024, 1024));
        var text = prepared.Choice.ToString();
        Assert.Matches("^id=(4|6|12) row_order=1 preprocess_s=", text);
        // Two transposed operands beside the library's own part.
        Assert.EndsWith($" candidates=8 refused=0 workspace={1024 + 2 * 64 * 1024 * 2}", text);
        Assert.InRange(Setting(prepared, "transpose_s"), 3e-6, 6e-6);
        Assert.Equal(Setting(prepared, "search_s"), Setting(prepared, "row_order_search_s"));
        Assert.InRange(
            Setting(prepared, "row_order_search_s") - Setting(prepared, "transpose_s"),
            0.75 * Setting(prepared, "token_order_search_s"), 0.85 * Setting(prepared, "token_order_search_s"));
        Assert.Equal(["sp_transpose_16", "simulated_spmm", "sp_transpose_16"], _device.KernelsOf(prepared).Select(kernel => kernel.Name));
        _device.Forget(prepared);
    }

    [Fact]
    public void An_order_that_does_not_win_keeps_no_memory()
    {
        using var prepared = Prepare("cusparse.csr", "bf16", "csr@0.1", new GemmShape(64, 128, 128));
        Assert.Matches("^id=(4|6|12) row_order=0 ", prepared.Choice.ToString());
        Assert.Equal(1024UL, prepared.Choice.WorkspaceBytes);
        Assert.True(Setting(prepared, "row_order_search_s") > Setting(prepared, "token_order_search_s"));
        Assert.Equal(["simulated_spmm"], _device.KernelsOf(prepared).Select(kernel => kernel.Name));
        _device.Forget(prepared);
    }

    private static double Setting(CudaGemm prepared, string name) => prepared.Choice.Settings.Single(setting => setting.Key == name).Value;

    private CudaGemm Prepare(string kernel, string dtype, string pattern, GemmShape shape) =>
        (CudaGemm)GpuKernels.Create(_device, kernel).Prepare(new Gemm(shape, DTypes.Parse(dtype), SparsityPatternText.Parse(pattern)), new KernelData(Copies: 2));
}
