using SparseProf.Ops;
using SparseProf.Ops.Errors;
using SparseProf.Ops.Units;
using SparseProf.Profiler.Experiment;
using SparseProf.Profiler.Kernels;
using SparseProf.Profiler.Kernels.Threading;

namespace SparseProf.Profiler.Tests.Experiment;

public sealed class SuiteTests : IDisposable
{
    private static readonly SuiteOptions s_all = new() { Threads = 1 };
    private static readonly SuiteOptions s_quick = s_all with { Quick = true };

    private readonly WorkerTeam _team = new(1);

    public void Dispose() => _team.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Every_group_of_kernels_has_a_dense_baseline_and_sparse_ones_of_its_shape(bool quick)
    {
        RequiresTorch.OrSkip();
        var groups = Kernels(quick ? s_quick : s_all);

        Assert.All(groups, group => Assert.Contains(group.Cases, planned => planned.Execution == Execution.Dense));
        var products = groups.Where(group => group.Cases[0].OpKind is "gemm" or "conv2d").ToList();
        Assert.NotEmpty(products);
        Assert.All(products, group =>
        {
            Assert.Equal(Execution.Dense, group.Cases[0].Execution);
            Assert.Contains(group.Cases, planned => planned.Pattern.StartsWith("csr@", StringComparison.Ordinal));
            Assert.Single(group.Cases.Select(planned => (planned.M, planned.N, planned.K, planned.Mode)).Distinct());
            Assert.All(group.Cases, planned => Assert.Equal(planned.Pattern == "dense", planned.Execution == Execution.Dense));
        });
        Assert.All(products.Where(group => group.Cases[0].OpKind == "gemm"), group =>
        {
            Assert.Contains(group.Cases, planned => planned.Pattern == "2:4");
            Assert.Contains(group.Cases, planned => planned.Pattern.StartsWith("block:32x32", StringComparison.Ordinal));
        });
    }

    [Fact]
    public void Quick_kernels_are_some_of_all_kernels()
    {
        RequiresTorch.OrSkip();

        Assert.Subset(Ops(Kernels(s_all)), Ops(Kernels(s_quick)));
        Assert.True(Ops(Kernels(s_quick)).Count < Ops(Kernels(s_all)).Count);
    }

    [Fact]
    public void Every_model_runs_dense_and_a_pruned_one_also_masked_and_sparse()
    {
        RequiresTorch.OrSkip();

        Assert.All(Models(s_all), group =>
        {
            var pruned = group.Cases[0].ParametersNonzero < group.Cases[0].ParametersTotal;
            var kernels = group.Cases.Select(planned => planned.Kernel);
            Assert.Equal(pruned ? ["best-dense", "masked", "sparse"] : ["torch", "best-dense"], kernels);
            Assert.True(group.ExpectedTime.Value > 0);
        });
    }

    [Fact]
    public void Quick_models_are_some_of_all_models()
    {
        RequiresTorch.OrSkip();

        Assert.Subset(Ops(Models(s_all)), Ops(Models(s_quick)));
        Assert.True(Models(s_quick).Count < Models(s_all).Count);
    }

    [Fact]
    public void Models_patterns_and_batch_can_be_chosen()
    {
        RequiresTorch.OrSkip();
        var options = s_all with { Workloads = ["Pruned-Transformer"], Patterns = [new SparsityPattern.Unstructured(new Fraction(0.3))], Batch = 3 };

        var group = Assert.Single(Models(options));

        Assert.Equal("pruned-transformer csr@0.3, batch 3", group.Title);
        Assert.All(group.Cases, planned => Assert.Equal(("csr@0.3", 3L), (planned.Pattern, planned.Batch)));
    }

    [Fact]
    public void Unknown_names_are_refused_with_the_nearest_known_one()
    {
        var suite = Assert.Throws<UserErrorException>((s_all with { Suite = "kernel" }).Check);
        Assert.Equal((ErrorKind.WrongUsage, "--suite"), (suite.Kind, suite.Where));
        Assert.Contains("kernels", suite.Next ?? suite.Allowed);

        var workload = Assert.Throws<UserErrorException>((s_all with { Workloads = ["dense-cnn", "dense-transformr"] }).Check);
        Assert.Equal((ErrorKind.WrongUsage, "--workload"), (workload.Kind, workload.Where));
        Assert.Contains("dense-transformer", workload.Next ?? workload.Allowed);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(1_000_000)]
    public void Absurd_sizes_are_refused(int size)
    {
        Assert.Equal("--threads", Assert.Throws<UserErrorException>((s_all with { Threads = size }).Check).Where);
        Assert.Equal("--batch", Assert.Throws<UserErrorException>((s_all with { Batch = size }).Check).Where);
    }

    [Fact]
    public void Every_suite_and_every_number_of_threads_of_the_machine_is_allowed()
    {
        foreach (var suite in SuiteOptions.SuiteNames)
            (s_all with { Suite = suite, Threads = Environment.ProcessorCount, Batch = 1 }).Check();
    }

    private List<CaseGroup> Kernels(SuiteOptions options) => [.. KernelSuite.Groups(options, CpuKernels.Dense, CpuKernels.Sparse(_team))];

    private List<CaseGroup> Models(SuiteOptions options) => [.. PaperSuite.Groups(options, _team)];

    private static HashSet<(string, string, TimingMode)> Ops(IEnumerable<CaseGroup> groups) =>
        [.. groups.SelectMany(group => group.Cases).Select(planned => (planned.Op, planned.Kernel, planned.Mode))];
}
