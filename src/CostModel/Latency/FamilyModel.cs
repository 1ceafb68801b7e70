using SparseProf.CostModel.Statistics;

namespace SparseProf.CostModel.Latency;

/// <summary>Rows of one family of kernels that were timed on one device.</summary>
public sealed record FamilyTable(string Family, DeviceFigures Device, IReadOnlyList<KernelCall> Calls, IReadOnlyList<double> Seconds);

/// <summary>
/// One family on one device, learned from its table: fitted physics times the exponential of a residual by boosted trees,
/// which see the call's features and the residuals of its neighbours.
/// </summary>
public sealed record FamilyModel(string Family, DeviceFigures Device, KernelPhysics Physics, CrossFitted Residual, SiteCurves Curves, ShapeRange Range, int Rows)
{
    /// <summary>Below so many rows a Gaussian process serves better than trees.</summary>
    public const int LeastRows = 450;

    private const int Parts = 5;

    private static readonly BoostingOptions Growing = new(Trees: 300, Columns: 0.4, Rate: 0.15);

    /// <param name="asPrior">One fit in place of five: a prior needs the mean only, and several are fitted at once.</param>
    public static FamilyModel Fit(FamilyTable table, bool asPrior, int seed)
    {
        var work = table.Calls.Select(Work.Of).ToArray();
        var physics = PhysicsFit.Fit(work, table.Seconds, table.Device, KernelPhysics.Typical);
        var targets = new float[work.Length];
        var columns = WorkColumns.Of(work);
        var seconds = new double[work.Length];
        physics.Latency(columns, table.Device, seconds);
        for (var i = 0; i < targets.Length; i++)
            targets[i] = (float)Math.Log(table.Seconds[i] / seconds[i]);
        var curves = SiteCurves.Of(table.Calls, targets);
        var features = ResidualFeatures.Rows([.. table.Calls], physics, table.Device, curves);
        var parts = asPrior ? 1 : Parts;
        var residual = CrossFitted.Fit(features, targets, SitePart.Of(table.Calls, parts, seed), parts, Growing, seed);
        return new(table.Family, table.Device, physics, residual, curves, ShapeRange.Of(table.Calls), work.Length);
    }

    /// <summary>The physics' latencies of a block on this model's device, s, and the logarithms of what is to be multiplied with them.</summary>
    /// <param name="expectedErrors">Of the logarithms, in units that the residual's scores calibrate.</param>
    internal void Predict(CallBlock block, Span<double> seconds, Span<float> residuals, Span<float> expectedErrors)
    {
        Span<float> columns = stackalloc float[ResidualFeatures.Count(Curves) * CallBlock.Size];
        ResidualFeatures.Fill(block, Physics, Device, Curves, columns, seconds);
        Residual.Predict(columns, residuals, expectedErrors);
    }
}
