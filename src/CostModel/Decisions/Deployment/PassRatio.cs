using SparseProf.CostModel.Latency;
using SparseProf.Ops.Statistics;

namespace SparseProf.CostModel.Decisions.Deployment;

/// <summary>
/// Time of one pass over time of another on the same device. Kernels that both run are off by the same factor, so what
/// they add to the log ratio is the difference of their shares; families of one side only, and families among each
/// other, are independent. First order in the half-widths, each taken in logs of the whole.
/// </summary>
internal static class PassRatio
{
    public static Estimate Of(ModelPrediction numerator, ModelPrediction denominator)
    {
        double down = 0, up = 0;
        foreach (var (family, top) in numerator.Families)
        {
            var bottom = denominator.Families.GetValueOrDefault(family);
            down += Square(Log(top, top.Down, -1) * top.Seconds / numerator.Seconds.Value - Log(bottom, bottom.Down, -1) * bottom.Seconds / denominator.Seconds.Value);
            up += Square(Log(top, top.Up, 1) * top.Seconds / numerator.Seconds.Value - Log(bottom, bottom.Up, 1) * bottom.Seconds / denominator.Seconds.Value);
        }

        foreach (var (family, bottom) in denominator.Families)
        {
            if (numerator.Families.ContainsKey(family))
                continue;
            down += Square(Log(bottom, bottom.Up, 1) * bottom.Seconds / denominator.Seconds.Value);
            up += Square(Log(bottom, bottom.Down, -1) * bottom.Seconds / denominator.Seconds.Value);
        }

        var value = numerator.Seconds.Value / denominator.Seconds.Value;
        var provenance = (Provenance)Math.Max((int)numerator.Seconds.Provenance, (int)denominator.Seconds.Provenance);
        return new(value, value * Math.Exp(-Math.Sqrt(down)), value * Math.Exp(Math.Sqrt(up)), provenance, numerator.Seconds.Coverage);
    }

    // How far a family's own time reaches, in logs.
    private static double Log(FamilyPart part, double reach, int sign) =>
        part.Seconds > 0 ? Math.Abs(Math.Log(Math.Max(0.05, 1 + sign * reach / part.Seconds))) : 0;

    private static double Square(double value) => value * value;
}
