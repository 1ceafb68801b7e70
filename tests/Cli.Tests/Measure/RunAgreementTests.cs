using SparseProf.Cli.Measure;
using SparseProf.CostModel.Tests.Decisions;
using SparseProf.Ops;
using SparseProf.Store;
using SparseProf.Store.Rows;

namespace SparseProf.Cli.Tests.Measure;

public sealed class RunAgreementTests : IDisposable
{
    private static readonly Op s_dense = Planted.Product(SparsityPattern.Dense.Instance);
    private static readonly Op s_sparse = Planted.Product(Planted.Csr(0.1));

    private readonly PlantedStore _store = new();

    public void Dispose() => _store.Dispose();

    [Fact]
    public void Cases_without_caveats_are_judged_and_those_with_one_are_told()
    {
        _store.Run("gpu", (s_dense, "k", 1e-3), (s_sparse, "k", 2e-3));
        var run = _store.Run("gpu", (s_dense, "k", 1.01e-3), (s_sparse, "k", 2.2e-3));
        Doubt(run, s_sparse);

        Assert.Equal([("100 % of 1", (bool?)true), ("0 % of 1", null)], Of(run));
    }

    [Theory]
    [InlineData(1.01e-3, true)]
    [InlineData(1.05e-3, false)]
    public void A_clean_case_is_compared_with_the_last_clean_one_and_not_with_a_doubted_one_since(double seconds, bool passed)
    {
        _store.Run("gpu", (s_dense, "k", 1e-3));
        Doubt(_store.Run("gpu", (s_dense, "k", 3e-3)), s_dense);
        var run = _store.Run("gpu", (s_dense, "k", seconds));

        Assert.Equal([(passed ? "100 % of 1" : "0 % of 1", (bool?)passed)], Of(run));
    }

    [Fact]
    public void Another_device_says_nothing()
    {
        _store.Run("gpu", (s_dense, "k", 1e-3));
        Assert.Empty(Of(_store.Run("other", (s_dense, "k", 1e-3))));
    }

    private List<(string Found, bool? Passed)> Of(long run)
    {
        using var reader = MeasurementReader.Open(_store.Path);
        return [.. RunAgreement.Of(reader, reader.Run(run), reader.Measurements(run)).Select(verdict => (verdict.Found, verdict.Passed))];
    }

    private void Doubt(long run, Op op)
    {
        long id;
        using (var reader = MeasurementReader.Open(_store.Path))
            id = reader.Measurements(run).Single(row => row.Op == op.Text).Id;
        using var writer = MeasurementWriter.Open(_store.Path);
        writer.AppendCaveat(id, new ObservedCaveat(Caveat.Noisy, "planted"));
    }
}
