using SparseProf.Ops;
using SparseProf.Ops.Units;
using SparseProf.Profiler.Workers;
using SparseProf.Store.Rows;

namespace SparseProf.Profiler.Tests.Workers;

public sealed class GpuJudgeTests
{
    private readonly GpuJudge _judge = new(PlantedGpu.Identity);

    [Theory]
    [InlineData(55, false)]
    [InlineData(51.5f, false)]
    [InlineData(58.5f, true)]
    [InlineData(50.5f, true)]
    public void Energies_of_one_shape_are_doubted_where_the_second_was_measured_warmer_or_cooler(float degrees, bool doubted)
    {
        Assert.Empty(_judge.OfTemperature(Case("dense"), Series(54.5f)));
        var caveats = _judge.OfTemperature(Case("2:4"), Series(degrees)).ToList();
        Assert.Equal(doubted, caveats.Count == 1);
        Assert.All(caveats, caveat => Assert.Equal(Caveat.TemperatureDiffers, caveat.Caveat));
        // Another shape sets its own mark.
        Assert.Empty(_judge.OfTemperature(Case("dense", tokens: 128), Series(80)));
    }

    [Fact]
    public void Burst_cases_and_boards_without_a_sensor_set_no_mark()
    {
        Assert.Empty(_judge.OfTemperature(Case("dense") with { Regime = Regime.Burst }, Series(40)));
        Assert.Empty(_judge.OfTemperature(Case("dense"), Series(float.NaN)));
        Assert.Empty(_judge.OfTemperature(Case("dense"), null));
        Assert.Empty(_judge.OfTemperature(Case("2:4"), Series(70)));
    }

    [Theory]
    [InlineData("power_capped", false)]
    [InlineData("noisy", true)]
    public void A_low_clock_is_a_doubt_only_where_nothing_else_explains_it(string seen, bool doubted)
    {
        var burst = Case("dense") with { Regime = Regime.Burst };
        Assert.Empty(_judge.Of(burst, null, new Seconds(1e-3), new Hertz(1.98e9), null, null, []));
        var caveats = _judge.Of(burst, null, new Seconds(1e-3), new Hertz(1.5e9), null, null, [new ObservedCaveat(Caveat.Parse(seen), "")]);
        Assert.Equal(doubted, caveats.Any(caveat => caveat.Caveat == Caveat.ClockLow));
    }

    private static MeasurementCase Case(string pattern, long tokens = 64) =>
        MeasurementCase.For(new Gemm(new GemmShape(tokens, 256, 256), DType.Bf16, SparsityPatternText.Parse(pattern)), "kernel", TimingMode.Graph, Execution.Dense, verified: true) with { Regime = Regime.Sustained };

    private static WorkerSeries Series(float degrees) => new([0, 1], [300, 300], [1e9f, 1e9f], [degrees - 0.5f, degrees + 0.5f], [0, 0]);
}
