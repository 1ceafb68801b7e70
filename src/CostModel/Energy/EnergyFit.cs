using SparseProf.CostModel.Hardware;
using SparseProf.CostModel.Latency;
using SparseProf.CostModel.Statistics;
using SparseProf.Ops.Errors;
using SparseProf.Ops.Statistics;

namespace SparseProf.CostModel.Energy;

/// <summary>A power model with what was found on the way: constants with intervals, and how far held-out errors reach.</summary>
/// <param name="Rows">Kernels long enough for their power to be believed.</param>
/// <param name="Parameters">static_w; energy_per_flop_j and energy_per_byte_j, the power at full rate over that rate.</param>
/// <param name="HeldOutError">Half-width in logs of 90 % of held-out errors at median difficulty; null where no residual was learned.</param>
public sealed record EnergyFit(PowerModel Model, int Rows, IReadOnlyDictionary<string, Estimate> Parameters, double? HeldOutError)
{
    private const int Resamples = 20;
    private const int MostRows = 400;

    /// <exception cref="UserErrorException">No row has power, or the profile no power limit.</exception>
    public static IReadOnlyList<EnergyFit> Of(HardwareProfile profile, KernelTable table, int seed)
    {
        var limit = profile.TdpWatts ?? throw new UserErrorException(ErrorKind.WrongUsage, "the profile has no power limit") { Where = profile.Id, Next = "add tdp_w to a profile of your own" };
        var families = table.Rows.Where(row => row is { Watts: not null, Seconds: >= PowerModel.ShortestSeconds }).GroupBy(row => row.Call.Family).ToArray();
        if (families.Length == 0)
        {
            throw new UserErrorException(ErrorKind.WrongUsage, "no kernel has power")
            {
                Where = table.Path,
                Allowed = $"rows with power_w and a latency_s of at least {PowerModel.ShortestSeconds:G}: shorter windows do not show a kernel's own power",
            };
        }

        return [.. families.Select(family => Of([.. family.Select(row => (row.Call, row.Seconds!.Value, row.Watts!.Value))], profile.Figures(family.First().Call.DType, family.First().Call.Pattern), limit, seed))];
    }

    private static EnergyFit Of((KernelCall Call, double Seconds, double Watts)[] rows, DeviceFigures device, double limit, int seed)
    {
        var model = PowerModel.Fit(rows, device, limit, seed);
        var shares = rows.Select(row => PowerPhysics.Shares(Work.Of(row.Call), device, row.Seconds)).ToArray();
        var random = new Random(seed);
        var draws = Enumerable.Range(0, Resamples).Select(_ =>
        {
            var drawn = Enumerable.Range(0, Math.Min(MostRows, rows.Length)).Select(_ => random.Next(rows.Length)).ToArray();
            return PowerPhysics.Fit([.. drawn.Select(i => shares[i])], [.. drawn.Select(i => rows[i].Watts)], limit);
        }).ToArray();
        Estimate Constant(Func<PowerPhysics, double> of)
        {
            var (low, high) = Quantile.Interval(draws.Select(of), KernelPredictor.Coverage);
            var value = of(model.Physics);
            return new(value, Math.Min(value, low), Math.Max(value, high), Provenance.Interpolated, KernelPredictor.Coverage);
        }

        return new(
            model, rows.Length,
            new Dictionary<string, Estimate>
            {
                ["static_w"] = Constant(physics => physics.Static),
                ["energy_per_flop_j"] = Constant(physics => physics.Compute / device.Peak),
                ["energy_per_byte_j"] = Constant(physics => physics.Memory / device.Bandwidth),
            },
            model.Residual is { } residual ? Math.Exp(residual.Difficulty.Start) * Conformal.Quantile(residual.Scores, KernelPredictor.Coverage) : null);
    }
}
