using SparseProf.CostModel.Statistics;

namespace SparseProf.CostModel.Latency;

/// <summary>Rows of one family of kernels that were timed on one device.</summary>
public sealed record FamilyTable(string Family, DeviceFigures Device, IReadOnlyList<KernelCall> Calls, IReadOnlyList<double> Seconds);

/// <summary>One family on one device, learned from its table: fitted physics times the exponential of a residual by boosted trees.</summary>
public sealed record FamilyModel(string Family, DeviceFigures Device, KernelPhysics Physics, CrossFitted Residual, ShapeRange Range, int Rows)
{
    /// <summary>Below so many rows a Gaussian process serves better than trees.</summary>
    public const int LeastRows = 450;

    private const int Parts = 5;

    /// <param name="asPrior">One fit in place of five: a prior needs the mean only, and several are fitted at once.</param>
    public static FamilyModel Fit(FamilyTable table, bool asPrior, int seed)
    {
        var options = asPrior ? new BoostingOptions(Trees: 300, Columns: 0.4, Rate: 0.12) : new BoostingOptions(Trees: 600, Columns: 0.4, Rate: 0.1);
        var work = table.Calls.Select(Work.Of).ToArray();
        var physics = PhysicsFit.Fit(work, table.Seconds, table.Device, KernelPhysics.Typical);
        var features = new float[work.Length][];
        var targets = new float[work.Length];
        for (var i = 0; i < work.Length; i++)
        {
            features[i] = new float[KernelFeatures.Count];
            targets[i] = (float)Math.Log(table.Seconds[i] / KernelFeatures.Fill(table.Calls[i], work[i], physics, table.Device, features[i]));
        }

        var parts = asPrior ? 1 : Parts;
        var residual = CrossFitted.Fit(features, targets, SitePart.Of(table.Calls, parts, seed), parts, options, seed);
        return new(table.Family, table.Device, physics, residual, ShapeRange.Of(table.Calls), work.Length);
    }
}
