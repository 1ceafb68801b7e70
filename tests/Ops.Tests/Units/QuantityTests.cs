using SparseProf.Ops.Units;

namespace SparseProf.Ops.Tests.Units;

public class QuantityTests
{
    [Fact]
    public void Work_over_time_is_a_rate_and_work_over_the_rate_is_the_time()
    {
        var rate = new Flops(6e12) / new Seconds(2);

        Assert.Equal(new FlopsPerSecond(3e12), rate);
        Assert.Equal(new Seconds(2), new Flops(6e12) / rate);
    }

    [Fact]
    public void Power_over_time_is_energy()
    {
        Assert.Equal(new Joules(1400), new Watts(700) * new Seconds(2));
        Assert.Equal(new Watts(700), new Joules(1400) / new Seconds(2));
    }

    [Fact]
    public void Like_quantities_add_compare_and_divide_into_plain_ratios()
    {
        Assert.Equal(new Bytes(3), new Bytes(1) + new Bytes(2));
        Assert.True(new Seconds(1) < new Seconds(2));
        Assert.Equal(2.5, new Seconds(5) / new Seconds(2));
        Assert.Equal(new Bytes(6), new[] { new Bytes(1), new Bytes(2), new Bytes(3) }.Sum());
    }

    [Theory]
    [InlineData(0.00012345, "123 µs")]
    [InlineData(0.0012345, "1.23 ms")]
    [InlineData(12.345, "12.3 s")]
    [InlineData(0.9996e-3, "1.00 ms")]
    [InlineData(0, "0 s")]
    public void A_duration_prints_three_digits_and_a_prefix(double seconds, string text) =>
        Assert.Equal(text, new Seconds(seconds).ToString());

    [Theory]
    [InlineData(109_483_778, "109 M")]
    [InlineData(1_234_000_000, "1.23 B")]
    [InlineData(512, "512")]
    public void A_count_prints_the_usual_letters(double count, string text) => Assert.Equal(text, SiFormat.Count(count));

    [Fact]
    public void A_capacity_prints_in_binary_units() => Assert.Equal("2.00 GiB", SiFormat.Capacity(new Bytes(2L << 30)));

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1.1)]
    [InlineData(double.NaN)]
    public void A_fraction_outside_zero_to_one_is_refused(double value) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new Fraction(value));
}
