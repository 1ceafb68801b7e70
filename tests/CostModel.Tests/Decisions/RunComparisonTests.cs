using SparseProf.CostModel.Decisions;
using SparseProf.Ops.Statistics;
using SparseProf.Store;

namespace SparseProf.CostModel.Tests.Decisions;

public sealed class RunComparisonTests : IDisposable
{
    private readonly PlantedStore _store = new();

    public void Dispose() => _store.Dispose();

    [Fact]
    public void On_one_device_the_same_kernel_is_compared_with_itself()
    {
        var before = _store.Run("a", (Planted.Product(Planted.Csr(0.1)), "csr", 2e-3), (Planted.Product(Planted.Csr(0.1)), "other", 9e-3));
        var after = _store.Run("a", (Planted.Product(Planted.Csr(0.1)), "csr", 1e-3));

        using var reader = MeasurementReader.Open(_store.Path);
        var work = Assert.Single(RunComparison.Of(reader, before, after));

        Assert.Equal(0.5, work.TimeRatio.Value, 1e-9);
        Assert.Equal(Verdict.Faster, work.Verdict);
        Assert.Contains("csr 2 threads", work.Work, StringComparison.Ordinal);
    }

    [Fact]
    public void Between_devices_the_fastest_way_of_each_counts()
    {
        var before = _store.Run("a", (Planted.Product(Planted.Csr(0.1)), "slow", 4e-3), (Planted.Product(Planted.Csr(0.1)), "fast", 2e-3));
        var after = _store.Run("b", (Planted.Product(Planted.Csr(0.1)), "elsewhere", 3e-3), (Planted.Product(Planted.Csr(0.2)), "elsewhere", 1e-3));

        using var reader = MeasurementReader.Open(_store.Path);

        Assert.Equal(1.5, Assert.Single(RunComparison.Of(reader, before, after)).TimeRatio.Value, 1e-9);
    }
}
