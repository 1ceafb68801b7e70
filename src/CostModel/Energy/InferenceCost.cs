using SparseProf.CostModel.Hardware;
using SparseProf.CostModel.Latency;
using SparseProf.Ops.Statistics;

namespace SparseProf.CostModel.Energy;

/// <summary>What one inference costs on a device that is kept busy with such passes; null where power, price or region is not known.</summary>
public sealed record InferenceCost(Estimate? Joules, Estimate? UsdPerMillion, Estimate? GramsPerMillion)
{
    private const double Million = 1e6;
    private const double SecondsPerHour = 3600;
    private const double JoulesPerKilowattHour = 3.6e6;

    /// <param name="batch">Inferences that one pass serves.</param>
    public static InferenceCost Of(ModelPrediction pass, long batch, HardwareProfile profile, Region? region, Pue pue)
    {
        var joules = pass.Joules?.Scale(1.0 / batch);
        return new(
            joules,
            profile.PriceUsdPerHour is { } price ? pass.Seconds.Scale(price / SecondsPerHour * Million / batch) : null,
            joules is { } energy && region is not null ? Carbon(energy, region, pue) : null);
    }

    /// <summary>gCO2e of a million inferences, the site's overhead included: energy × PUE × carbon of the grid.</summary>
    public static Estimate Carbon(Estimate joulesPerInference, Region region, Pue pue) =>
        joulesPerInference.Scale(Million / JoulesPerKilowattHour * pue.Value * region.GramsPerKilowattHour);
}
