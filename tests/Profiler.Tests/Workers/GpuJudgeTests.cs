using SparseProf.Ops;
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

    private static MeasurementCase Case(string pattern, long tokens = 64) =>
        MeasurementCase.For(new Gemm(new GemmShape(tokens, 256, 256), DType.Bf16, SparsityPatternText.Parse(pattern)), "kernel", TimingMode.Graph, Execution.Dense, verified: true) with { Regime = Regime.Sustained };

    private static WorkerSeries Series(float degrees) => new([0, 1], [300, 300], [1e9f, 1e9f], [degrees - 0.5f, degrees + 0.5f], [0, 0]);
}
