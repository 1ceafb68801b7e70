using SparseProf.Ops;
using SparseProf.Ops.Units;
using SparseProf.Profiler.Doctor;
using SparseProf.Profiler.Experiment;
using SparseProf.Profiler.Kernels.Cuda;
using SparseProf.Profiler.Workers;

namespace SparseProf.Profiler.Tests.Workers;

public sealed class GpuSuiteTests
{
    private static readonly DeviceFloors s_floors = new(new Seconds(2e-6), new BytesPerSecond(4.3e12));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Every_job_names_an_op_and_a_kernel_that_exist(bool quick)
    {
        var jobs = Jobs(quick).ToList();
        Assert.All(jobs.Where(job => job.Workload is null), job => Assert.Contains(job.Kernel, GpuKernels.Names));
        Assert.All(jobs, job => Assert.NotEmpty(job.OpText));
        Assert.All(CapabilityMatrix.Jobs(), job => Assert.NotEmpty(job.OpText));
    }

    [Fact]
    public void Both_sides_of_a_comparison_have_the_same_shape_type_and_regime()
    {
        var jobs = Jobs(quick: false).ToHashSet();
        Assert.All(jobs.Where(job => job.Kernel is "cusparselt" or "cusparse.csr"), sparse =>
            Assert.Contains(sparse with { Kernel = "cublaslt", Pattern = "dense" }, jobs));
    }

    [Fact]
    public void Unstructured_weights_are_measured_down_to_half_a_percent_and_quickly_around_a_twentieth()
    {
        Assert.Equal(["csr@0.5", "csr@0.2", "csr@0.1", "csr@0.05", "csr@0.02", "csr@0.01", "csr@0.005"], Patterns(quick: false));
        Assert.Equal(["csr@0.1", "csr@0.05", "csr@0.02"], Patterns(quick: true));

        static IEnumerable<string> Patterns(bool quick) =>
            GpuKernelCases.Unstructured(DType.Bf16, quick).Where(job => job is { Kernel: "cusparse.csr", Regime: Regime.Burst }).Select(job => job.Pattern);
    }

    [Fact]
    public void Mixtures_are_measured_under_even_uneven_and_measured_loads_beside_permuting_and_a_dense_layer()
    {
        var seen = new ExpertLoad.Measured([0.7, 0.1, 0.1, 0.1]);
        var groups = GpuSuite.Jobs(new SuiteOptions { Suite = "kernels", Threads = 1 }, DType.Bf16, new Bytes(80e9), seen)
            .Where(job => job.OpKind is "moe_ffn" or "permute").GroupBy(job => job.Group).ToList();
        Assert.Equal(6, groups.Count);
        foreach (var group in groups)
        {
            Assert.Equal(["cublas.grouped", "cublaslt.expert_loop", "cublaslt.expert_loop", "sparseprof.permute"], group.Select(job => job.Kernel).Order());
            var dense = group.Single(job => job.Experts == 1).ToOp();
            // The same products, router left out.
            var tokens = ((MoeFfn)dense).Tokens;
            Assert.All(group.Where(job => job is { OpKind: "moe_ffn", Experts: > 1 }), job => Assert.Equal(4.0 * job.M * job.TopK * job.N * job.K, dense.DenseEquivalentFlops.Value - 2.0 * tokens * job.K));
        }

        Assert.Contains(groups.SelectMany(group => group), job => job.Load == seen.Text && job.Experts == 4);
        Assert.Contains(groups.SelectMany(group => group), job => job.Load == "power_law_1.2");
    }

    [Fact]
    public void Fp16_on_sparse_tensor_cores_comes_last()
    {
        var jobs = Jobs(quick: false).ToList();
        Assert.True(jobs.FindIndex(job => job is { Kernel: "cusparselt", Dtype: "fp16" }) > jobs.FindLastIndex(job => job.Kernel == "cusparselt" && job.Dtype != "fp16"));
    }

    [Fact]
    public void All_three_ways_of_running_a_sparse_model_are_compared_in_one_group()
    {
        var sparse = Jobs(quick: false).Where(job => job is { Workload: "pruned-transformer", Pattern: "2:4", Mode: TimingMode.Hot }).ToList();
        Assert.Equal(["best-dense", "masked", "sparse"], sparse.Select(job => job.Kernel));
        Assert.Single(sparse.Select(job => job.Group).Distinct());
        Assert.Single(sparse.Select(job => job.Family).Distinct());
    }

    [Fact]
    public void Neighbours_of_a_group_are_all_of_one_mode_and_at_full_clock()
    {
        foreach (var group in Jobs(quick: false).Where(job => job.Group is not null).GroupBy(job => job.Group))
        {
            Assert.Single(group.Select(job => (job.Mode, job.Regime)).Distinct());
            Assert.All(group, job => Assert.Equal(Regime.Burst, job.Regime));
        }
    }

    [Theory]
    [InlineData("paper", false, true)]
    [InlineData("kernels", true, false)]
    [InlineData("all", true, true)]
    public void A_suite_holds_what_its_name_says(string suite, bool kernels, bool models)
    {
        var jobs = Jobs(quick: true, suite).ToList();
        Assert.Equal(kernels, jobs.Exists(job => job.Workload is null));
        Assert.Equal(models, jobs.Exists(job => job.Workload is not null));
    }

    [Fact]
    public void Every_mode_and_type_is_measured_and_the_models_that_answer_most_come_first()
    {
        var jobs = Jobs(quick: false).ToList();
        Assert.Equal("dense-transformer", jobs[0].Workload);
        Assert.Equal(Enum.GetValues<TimingMode>().ToHashSet(), jobs.Select(job => job.Mode).ToHashSet());
        Assert.Equal(["bf16", "fp16", "fp32", "fp8", "int8", "tf32"], jobs.Where(job => job.Kernel == "cublaslt").Select(job => job.Dtype).Distinct().Order());
        Assert.Equal(["bf16", "fp16", "fp32"], jobs.Where(job => job.Kernel == "cusparse.csr").Select(job => job.Dtype).Distinct().Order());
    }

    [Theory]
    [InlineData(143e9, 8192)]
    [InlineData(24e9, 8192)]
    [InlineData(268e6, 1024)]
    public void The_sentinel_fits_the_memory(double bytes, long side) => Assert.Equal(side, GpuKernelCases.SentinelSide(new Bytes(bytes)));

    [Fact]
    public void Energy_outside_what_the_board_can_draw_is_implausible()
    {
        Assert.Null(GpuPlausibility.JudgePower(new Watts(600), new Watts(700), new Watts(90)));
        Assert.Equal(Caveat.Implausible, GpuPlausibility.JudgePower(new Watts(800), new Watts(700), new Watts(90))!.Caveat);
        Assert.Equal(Caveat.Implausible, GpuPlausibility.JudgePower(new Watts(20), new Watts(700), new Watts(90))!.Caveat);
    }

    [Fact]
    public void Copies_of_the_inputs_exceed_the_cache_and_stay_within_memory()
    {
        var large = new Gemm(new GemmShape(4096, 4096, 4096), DType.Bf16, SparsityPattern.TwoFour);
        Assert.Equal(2, Rotation.Copies(large, cacheBytes: 60e6, freeBytes: 100e9));
        var small = new Gemm(new GemmShape(64, 512, 512), DType.Bf16, SparsityPattern.Dense.Instance);
        Assert.Equal(64, Rotation.Copies(small, cacheBytes: 60e6, freeBytes: 100e9));
        Assert.Equal(1, Rotation.Copies(large, cacheBytes: 60e6, freeBytes: 150e6));
    }

    [Fact]
    public void A_rate_above_the_peak_at_the_measured_clock_is_implausible()
    {
        var op = new Gemm(new GemmShape(8192, 8192, 8192), DType.Bf16, SparsityPattern.Dense.Instance);
        Assert.Empty(Judge(op, microseconds: 1400));
        Assert.Equal(Caveat.Implausible, Assert.Single(Judge(op, microseconds: 900)).Caveat);
        Assert.Equal(Caveat.BaselineSuspect, Assert.Single(Judge(op, microseconds: 2400)).Caveat);
        Assert.Empty(Judge(op with { Pattern = SparsityPattern.TwoFour }, microseconds: 900));
    }

    [Fact]
    public void A_time_below_the_empty_kernel_and_a_bandwidth_above_a_copy_are_caught()
    {
        var op = new Gemm(new GemmShape(1, 4096, 4096), DType.Bf16, SparsityPattern.Dense.Instance);
        Assert.Contains(GpuPlausibility.Judge(op, TimingMode.Hot, new Seconds(1e-6), null, 90, 132, s_floors), caveat => caveat.Caveat == Caveat.Implausible);
        Assert.Equal(Caveat.CacheNotFlushed, Assert.Single(GpuPlausibility.Judge(op, TimingMode.Cold, new Seconds(5e-6), null, 90, 132, s_floors)).Caveat);
        Assert.Empty(GpuPlausibility.Judge(op, TimingMode.Cold, new Seconds(10e-6), null, 90, 132, s_floors));
    }

    [Theory]
    [InlineData(1.9, false)]
    [InlineData(2.3, true)]
    public void More_than_twice_as_fast_as_dense_means_a_slow_baseline(double speedup, bool suspect) =>
        Assert.Equal(suspect, GpuPlausibility.JudgeSpeedup(speedup) is not null);

    [Fact]
    public void The_capability_matrix_is_one_line_a_kernel()
    {
        var dense = new GpuJob { Kernel = "cublaslt", M = 1, N = 1, K = 1, Dtype = "bf16" };
        var fp8 = dense with { Dtype = "fp8" };
        var model = dense with { Kernel = "torch", Workload = "dense-cnn" };
        GpuJob[] jobs = [dense, fp8, dense with { Kernel = "cusparselt" }, dense with { Kernel = "cublas.grouped" }, fp8 with { Kernel = "cublas.grouped" }, model, dense with { Kernel = "cusparse.csr" }];
        var rows = CapabilityMatrix.Rows(jobs, new Dictionary<GpuJob, WorkerFailure?>
        {
            [dense] = null,
            [fp8] = new("unsupported", "no algorithm"),
            [jobs[2]] = new("crash", "signal 4"),
            [jobs[3]] = null,
            [model] = new("unsupported", "libtorch sees no GPU"),
        }, gpu: 0);
        Assert.Equal(
            [
                ("gpu 0 cublaslt", "bf16 ok, fp8 unsupported; fp8: no algorithm", DoctorStatus.Limited),
                ("gpu 0 cusparselt", "bf16 crash; bf16: signal 4", DoctorStatus.Missing),
                ("gpu 0 cublas.grouped", "bf16 ok, fp8 not tried in time", DoctorStatus.Limited),
                ("gpu 0 models", "bf16 unsupported; bf16: libtorch sees no GPU", DoctorStatus.Limited),
                ("gpu 0 cusparse.csr", "bf16 not tried in time", DoctorStatus.Missing),
            ],
            rows.Select(row => (row.Name, row.Detail, row.Status)));
    }

    private static IEnumerable<GpuJob> Jobs(bool quick, string suite = "all") =>
        GpuSuite.Jobs(new SuiteOptions { Suite = suite, Quick = quick, Threads = 1 }, DType.Bf16, new Bytes(80e9));

    private static List<ObservedCaveat> Judge(Op op, double microseconds) =>
        [.. GpuPlausibility.Judge(op, TimingMode.Graph, new Seconds(microseconds * 1e-6), new Hertz(1.83e9), 90, 132, s_floors)];
}
