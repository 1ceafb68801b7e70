using SparseProf.Ops.Errors;

namespace SparseProf.Workloads.Tests;

public sealed class WorkloadCatalogTests
{
    [Theory]
    [InlineData("dense-transformer", 109_483_778, 109_483_778)]
    [InlineData("switch-moe", 492_049_154, 67_030_274)]
    [InlineData("switch-moe-iso", 477_897_986, 109_548_290)]
    [InlineData("dense-cnn", 11_173_962, 11_173_962)]
    public void Each_dense_or_routed_workload_has_its_parameters(string name, long total, long active)
    {
        var graph = WorkloadCatalog.Find(name).Graph;

        Assert.Equal(total, graph.TotalParameters.Value);
        Assert.Equal(active, graph.ActiveParameters.Value);
    }

    [Theory]
    [InlineData("sparse-cnn-dst", 3_000_000)]
    [InlineData("pruned-cnn", 7_000_000)]
    [InlineData("pruned-transformer", 67_016_450)]
    public void Each_pruned_workload_has_its_nonzeros(string name, long nonzero) =>
        Assert.Equal(nonzero, WorkloadCatalog.Find(name).Graph.NonzeroParameters.Value);

    [Fact]
    public void An_unknown_workload_is_answered_with_the_nearest_name()
    {
        var error = Assert.Throws<UserErrorException>(() => WorkloadCatalog.Find("dense-transfomer"));

        Assert.Equal("unknown workload 'dense-transfomer'", error.Message);
        Assert.Equal("did you mean 'dense-transformer'?", error.Next);
    }
}
