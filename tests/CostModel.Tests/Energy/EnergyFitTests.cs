using SparseProf.CostModel.Energy;
using SparseProf.CostModel.Hardware;
using SparseProf.CostModel.Latency;
using SparseProf.Ops;
using SparseProf.Ops.Errors;
using SparseProf.Ops.Statistics;

namespace SparseProf.CostModel.Tests.Energy;

public sealed class EnergyFitTests
{
    private readonly HardwareProfile _profile = ProfileCatalog.Load("nvidia-h200-sxm-141gb");

    [Fact]
    public void Planted_static_power_and_energies_are_found_again_under_the_limit()
    {
        var truth = new PowerPhysics(150, 480, 260, 700);

        var fit = Assert.Single(EnergyFit.Of(_profile, Table(truth, 40), 0));

        Assert.InRange(fit.Parameters["static_w"].Value / truth.Static, 0.9, 1.1);
        Assert.InRange(fit.Parameters["energy_per_flop_j"].Value / (truth.Compute / 989.5e12), 0.9, 1.1);
        Assert.InRange(fit.Parameters["energy_per_byte_j"].Value / (truth.Memory / 4.8e12), 0.9, 1.1);
        Assert.All(fit.Parameters.Values, constant => Assert.True(constant.Low <= constant.Value && constant.Value <= constant.High));
    }

    [Fact]
    public void Kernels_too_short_for_their_power_to_be_read_are_not_used()
    {
        var table = Table(new(150, 480, 260, 700), 4);
        var brief = table with { Rows = [.. table.Rows.Select(row => row with { Seconds = 1e-5 })] };

        var error = Assert.Throws<UserErrorException>(() => EnergyFit.Of(_profile, brief, 0));

        Assert.Contains("no kernel has power", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Price_energy_and_carbon_of_an_inference_share_the_pass_among_the_batch()
    {
        var pass = new ModelPrediction("p", Around(0.2), Around(100), 0, 0, 0, null, false, [], new Dictionary<string, FamilyPart>());

        var cost = InferenceCost.Of(pass, 8, _profile, Regions.Find("Norway"), new(1.1, "given"));

        Assert.Equal(12.5, cost.Joules!.Value.Value, 1e-12);
        Assert.Equal(_profile.PriceUsdPerHour!.Value / 3600 * 0.2 / 8 * 1e6, cost.UsdPerMillion!.Value.Value, 1e-9);
        Assert.Equal(12.5e6 / 3.6e6 * 1.1 * 30.1, cost.GramsPerMillion!.Value.Value, 1e-9);
        Assert.Null(InferenceCost.Of(pass, 8, _profile, null, Pue.Default).GramsPerMillion);
    }

    // Synthetic: kernels whose shares of the data sheet's rates are those of planted times, with the planted law's power.
    private KernelTable Table(PowerPhysics truth, int count)
    {
        var device = _profile.Figures(DType.Bf16, SparsityPattern.Dense.Instance);
        var random = new Random(3);
        return new("planted", [], [.. Enumerable.Range(0, count).Select(_ =>
        {
            var call = new KernelCall(KernelKind.Gemm, DType.Bf16) { M = Math.Round(Math.Pow(2, 10 * random.NextDouble())) * 8, N = 8192, K = 8192 };
            var seconds = Math.Max(60e-6, device.Floor(Work.Of(call)) * (1.3 + random.NextDouble()));
            return new KernelRow(call, seconds, truth.Watts(PowerPhysics.Shares(Work.Of(call), device, seconds)), []);
        })]);
    }

    private static Estimate Around(double value) => new(value, value / 2, value * 2, Provenance.DataSheet, 0.9);
}
