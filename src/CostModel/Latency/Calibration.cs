using SparseProf.CostModel.Energy;
using SparseProf.CostModel.Hardware;
using SparseProf.Ops.Errors;

namespace SparseProf.CostModel.Latency;

/// <summary>Everything that was learned about one device: a predictor for each family of kernels, and power models where power was measured.</summary>
public sealed class Calibration(HardwareProfile profile, IReadOnlyDictionary<string, KernelPredictor> predictors, IReadOnlyDictionary<string, PowerModel> power)
{
    /// <summary>Fewer distinct shapes than this determine nothing.</summary>
    public const int LeastShapes = 3;

    public HardwareProfile Profile { get; } = profile;

    public IReadOnlyDictionary<string, KernelPredictor> Predictors { get; } = predictors;

    public IReadOnlyDictionary<string, PowerModel> Power { get; } = power;

    /// <summary>The rows that were used, by family; of a calibration that was read from a file only the anchors are known.</summary>
    public IReadOnlyList<FamilyTable> Used { get; init; } = [];

    /// <summary>Families that were left out for want of shapes, with how many each has.</summary>
    public IReadOnlyDictionary<string, int> LeftOut { get; init; } = new Dictionary<string, int>();

    /// <param name="table">Measured rows; with <paramref name="anchors"/> only the chosen ones are looked at.</param>
    /// <param name="anchors">How many shapes may be used, chosen before their latency is known; null for all.</param>
    /// <exception cref="UserErrorException">No family has three distinct shapes.</exception>
    public static Calibration Fit(HardwareProfile profile, KernelTable table, Priors priors, int? anchors, int seed)
    {
        var predictors = new Dictionary<string, KernelPredictor>();
        var all = KernelTable.Families(table.Rows, profile).ToArray();
        var families = all.Where(family => family.Calls.Count >= LeastShapes).ToArray();
        var leftOut = all.Except(families).ToDictionary(family => family.Family, family => family.Calls.Count);
        if (families.Length == 0)
        {
            throw new UserErrorException(ErrorKind.WrongUsage, string.Join(", ", leftOut.Select(family => $"{family.Key} has {family.Value} distinct shape(s)")))
            {
                Where = table.Path,
                Allowed = $"at least {LeastShapes} distinct shapes of an op, dtype and pattern",
                Next = "measure more shapes, or predict from priors or the data sheet without a fit",
            };
        }

        foreach (var family in families)
        {
            predictors[family.Family] = Predictor(family, priors, anchors is { } count ? Math.Max(LeastShapes, count / families.Length) : null, seed);
        }

        var used = families.Select(family => predictors[family.Family].Anchors?.Table ?? family);
        return new(profile, predictors, anchors is null ? FitPower(profile, table, predictors, seed) : new Dictionary<string, PowerModel>()) { Used = [.. used], LeftOut = leftOut };
    }

    /// <summary>The places in <paramref name="calls"/> to measure first.</summary>
    public static int[] Anchors(IReadOnlyList<KernelCall> calls, DeviceFigures device, KernelPhysics physics, int count, int seed) =>
        AnchorChoice.Choose([.. calls.Select(call => ShapeCoordinates.Of(call, Work.Of(call), physics, device))], count, ShapeCoordinates.ForChoice, seed);

    /// <summary>The predictor of a call's family: the fitted one, else that of the other 16-bit type, else what priors say, else the data sheet.</summary>
    public static KernelPredictor PredictorFor(KernelCall call, Calibration? calibration, HardwareProfile profile, Priors priors)
    {
        if (calibration is not null && calibration.Predictors.TryGetValue(call.Family, out var fitted))
            return fitted;
        if (calibration is not null && call.Sibling() is { } sibling && calibration.Predictors.TryGetValue(sibling.Family, out var alike) && priors.Models(call.Family).Count == 0)
            return alike.ForSibling(call.Family);
        var device = profile.Figures(call);
        var models = priors.Models(call.Family);
        return new(call.Family, device, new KernelBase(models.Count == 0 && call.Sibling() is { } other ? priors.Models(other.Family) : models, device), null);
    }

    private static KernelPredictor Predictor(FamilyTable family, Priors priors, int? anchors, int seed)
    {
        if (anchors is null && family.Calls.Count >= FamilyModel.LeastRows)
            return new(family.Family, family.Device, new KernelBase([FamilyModel.Fit(family, asPrior: false, seed)], family.Device), null);
        var basis = new KernelBase(priors.Models(family.Family), family.Device);
        if (anchors is { } count)
        {
            var chosen = Anchors(family.Calls, family.Device, basis.Physics, count, seed);
            family = family with { Calls = [.. chosen.Select(i => family.Calls[i])], Seconds = [.. chosen.Select(i => family.Seconds[i])] };
        }

        return new(family.Family, family.Device, basis, AnchorCorrection.Fit(family, basis));
    }

    private static Dictionary<string, PowerModel> FitPower(HardwareProfile profile, KernelTable table, Dictionary<string, KernelPredictor> predictors, int seed)
    {
        var models = new Dictionary<string, PowerModel>();
        foreach (var family in table.Rows.Where(row => row is { Watts: not null, Seconds: not null }).GroupBy(row => row.Call.Family))
        {
            if (profile.TdpWatts is { } limit && predictors.TryGetValue(family.Key, out var predictor))
                models[family.Key] = PowerModel.Fit([.. family.Select(row => (row.Call, row.Seconds!.Value, row.Watts!.Value))], predictor.Device, limit, seed);
        }

        return models;
    }
}
