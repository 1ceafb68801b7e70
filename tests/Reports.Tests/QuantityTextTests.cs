using SparseProf.Ops.Statistics;
using SparseProf.Reports.Document;

namespace SparseProf.Reports.Tests;

public class QuantityTextTests
{
    [Theory]
    [InlineData(0.184, Quantity.Time, "184 ms")]
    [InlineData(3.27e-4, Quantity.Time, "327 µs")]
    [InlineData(0.99996e-3, Quantity.Time, "1.00 ms")]
    [InlineData(2.14e11, Quantity.Rate, "214 GFLOP/s")]
    [InlineData(439353344, Quantity.Memory, "419 MiB")]
    [InlineData(2.904, Quantity.Ratio, "2.90×")]
    [InlineData(0.456, Quantity.Share, "45.6 %")]
    [InlineData(109482240, Quantity.Count, "109 M")]
    [InlineData(12, Quantity.Number, "12")]
    [InlineData(0, Quantity.Energy, "0 J")]
    [InlineData(double.NaN, Quantity.Time, "–")]
    [InlineData(double.PositiveInfinity, Quantity.Time, "–")]
    public void Numbers_have_three_digits_and_a_unit(double value, Quantity quantity, string text) => Assert.Equal(text, QuantityText.Of(value, quantity));

    [Fact]
    public void An_interval_shares_the_unit_of_its_value() =>
        Assert.Equal("990 µs (980 – 1020)", QuantityText.Of(new Estimate(0.99e-3, 0.98e-3, 1.02e-3, Provenance.Measured), Quantity.Time));
}
