using SparseProf.Ops;
using SparseProf.Ops.Units;
using SparseProf.Profiler.Devices.Cuda;
using SparseProf.Profiler.Kernels;
using SparseProf.Profiler.Kernels.Cuda;
using SparseProf.Profiler.Workers;

namespace SparseProf.Profiler.Tests.Devices.Cuda;

/// <summary>The bindings, the timer and the kernels against the simulated GPU, whose times and power are planted.</summary>
[Collection(SimulatedGpuState.Name)]
public sealed class CudaDeviceTests : IDisposable
{
    private readonly CudaDevice _device = SimulatedDevice.OpenOrSkip();

    public void Dispose() => _device?.Dispose();

    [Fact]
    public void The_device_says_that_it_is_simulated()
    {
        Assert.Equal(SimulatedGpu.Name, _device.Identity.Name);
        Assert.Equal("sm_90", _device.Identity.Architecture);
        Assert.Equal("shared", _device.Identity.Facts["compute_mode"]);
        Assert.Equal("100 to 400", _device.Identity.Facts["power_limit_range_w"]);
    }

    [Theory]
    [InlineData("cublaslt", "bf16", "dense")]
    [InlineData("cublaslt", "fp8", "dense")]
    [InlineData("cublaslt", "int8", "dense")]
    [InlineData("cublaslt", "fp32", "2:4")]
    [InlineData("cusparselt", "bf16", "2:4")]
    [InlineData("cusparselt", "fp16", "2:4")]
    [InlineData("cusparselt", "tf32", "1:2")]
    [InlineData("cusparselt", "int8", "2:4")]
    [InlineData("cusparselt", "fp8", "2:4")]
    [InlineData("cusparse.csr", "fp32", "csr@0.1")]
    [InlineData("cusparse.csr", "bf16", "csr@0.1")]
    [InlineData("cusparse.bsr", "fp16", "block:32x32@0.25")]
    [InlineData("cusparse.blocked_ell", "bf16", "block:32x32@0.25")]
    [InlineData("cusparse.blocked_ell", "tf32", "block:32x32@0.25")]
    public void Every_kernel_agrees_with_the_reference(string kernel, string dtype, string pattern)
    {
        var op = new Gemm(new GemmShape(64, 128, 96), DTypes.Parse(dtype), SparsityPatternText.Parse(pattern));
        using var prepared = GpuKernels.Create(_device, kernel).Prepare(op, new KernelData(Copies: 2));
        var correctness = prepared.Verify();
        Assert.True(correctness.Passed, $"{correctness}");
    }

    [Fact]
    public void The_search_finds_the_fastest_algorithm_and_names_what_it_launches()
    {
        var op = new Gemm(new GemmShape(256, 512, 512), DType.Bf16, SparsityPattern.TwoFour);
        using var prepared = (CudaGemm)GpuKernels.Create(_device, "cusparselt").Prepare(op, new KernelData());
        Assert.StartsWith("id=2 split_k=1 ", prepared.Choice.ToString());
        Assert.Contains(" refused=8 ", prepared.Choice.ToString());
        Assert.Equal("simulated_sparse_gemm_128x128", Assert.Single(_device.KernelsOf(prepared)).Name);
        _device.Forget(prepared);
    }

    [Fact]
    public void Launch_latency_stays_outside_and_the_clock_is_that_of_the_stretch()
    {
        var empty = new EmptyWork(_device);
        var timing = _device.Time(empty, TimingMode.Graph, 1000)!.Value;
        Assert.Equal(1.2e-6, timing.PerCall.Value, 0.1e-6);
        Assert.Equal(1.98e9, timing.Clock!.Value.Value, 0.02e9);
        Assert.Null(_device.FallbackOf(empty));
        _device.Forget(empty);
    }

    [Fact]
    public void Energy_of_a_call_is_planted_power_times_its_time()
    {
        var job = new GpuJob { Kernel = "cublaslt", M = 512, N = 1024, K = 1024, Dtype = "bf16", Regime = Regime.Sustained, Energy = true };
        using var bench = new GpuWorkbench(_device, _ => { });
        using var prepared = bench.Prepare(job);

        var heard = SustainedMeasurement.Of(_device, job, prepared);

        // The kernel wants 420 W and the limit is 300: the clock falls to 300/420 of 1.98 GHz. A call of 22.2 µs at full clock
        // draws 350 W above the 70 W of rest, or 230 W for 31.1 µs. A busy machine leaves gaps, in which the board rests.
        Assert.InRange(Ops.Statistics.OrderStatistics.Median(heard.Clocks), 0.98 * 1.98e9 * 300 / 420, 1.75e9);
        var resting = 70 * heard.Result!.EnergyWindowS!.Value / heard.Result.EnergyCalls!.Value;
        Assert.InRange(heard.Result.EnergyJ!.Value - resting, 0.95 * 230 * 31.1e-6, 1.05 * 350 * 22.2e-6);
        Assert.InRange(heard.Result.EnergyDisagreement!.Value, 0, 0.03);
        Assert.InRange(heard.Result.EnergySigmaJ!.Value / heard.Result.EnergyJ.Value, 1e-6, 0.5);
        Assert.Contains(heard.Caveats, caveat => caveat.Name == Caveat.PowerCapped.Name);
        Assert.NotNull(heard.Series);
        Assert.Contains(heard.Series.Power, watts => watts > 250);
    }

    [Fact]
    public void Memory_that_is_not_there_is_said_to_be_missing()
    {
        var op = new Gemm(new GemmShape(8192, 8192, 8192), DType.Bf16, SparsityPattern.Dense.Instance);
        var error = Assert.Throws<SparseProf.Profiler.Devices.Cuda.Native.CudaCallException>(() => GpuKernels.Create(_device, "cublaslt").Prepare(op, new KernelData()));
        Assert.Equal(SparseProf.Profiler.Devices.Cuda.Native.CudaFailure.OutOfMemory, error.Failure);
        Assert.Contains("402653184 bytes", error.Message);
    }
}
