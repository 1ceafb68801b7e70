using SparseProf.CostModel.Hardware;
using SparseProf.CostModel.Tests.Decisions;
using SparseProf.Ops;
using SparseProf.Ops.Errors;
using SparseProf.Store;

namespace SparseProf.CostModel.Tests.Hardware;

public sealed class MeasuredProfileTests : IDisposable
{
    private readonly PlantedStore _store = new();

    public void Dispose() => _store.Dispose();

    [Fact]
    public void The_highest_rates_of_a_run_are_its_profile_and_the_profile_can_be_read()
    {
        // 2·128·3072·768 FLOP in 1 ms and in 2 ms.
        var run = _store.Run("a", (Planted.Product(SparsityPattern.Dense.Instance), "one", 2e-3), (Planted.Product(SparsityPattern.Dense.Instance), "two", 1e-3));

        using var reader = MeasurementReader.Open(_store.Path);
        var profile = ProfileFile.Parse(MeasuredProfile.Of(reader, run, null).ToJsonString(), "exported");

        Assert.Equal("measured-planted-a", profile.Id);
        Assert.Equal(2.0 * 128 * 3072 * 768 / 1e-3, profile.Peak(DType.Fp32)!.Value, 1e3);
        Assert.Equal(100, profile.Number("multiprocessors").Value);
        Assert.Equal("measured", profile.PeakDense["fp32"].Confidence);
        Assert.Contains("reached by gemm", profile.PeakDense["fp32"].Note, StringComparison.Ordinal);
        Assert.Equal(4.0 * (3072 * 768 + 128 * (3072 + 768)) / 1e-3, profile.Number("memory_bandwidth_bytes_per_s").Value!.Value, 1e3);
    }

    [Fact]
    public void A_run_without_dense_products_is_no_profile()
    {
        var run = _store.Run("a", (Planted.Product(Planted.Csr(0.1)), "csr", 1e-3));

        using var reader = MeasurementReader.Open(_store.Path);

        Assert.Throws<UserErrorException>(() => MeasuredProfile.Of(reader, run, null));
    }
}
