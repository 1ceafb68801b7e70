using SparseProf.CostModel.Latency;
using SparseProf.CostModel.Statistics;
using SparseProf.Ops.Statistics;

namespace SparseProf.CostModel.Energy;

/// <summary>
/// Board power of one family of kernels on one device. Physics: static power, dynamic power for arithmetic and for
/// traffic, capped by the limit: P = min(limit, static + compute·u_c + memory·u_m), with u the share of the data sheet's
/// rates that the latency achieves. A table of measured power adds a learned residual.
/// </summary>
public sealed record PowerModel(string Family, PowerPhysics Physics, CrossFitted? Residual)
{
    /// <summary>Power of shorter kernels is read from windows too short to trust.</summary>
    public const double ShortestSeconds = 60e-6;

    private const double SheetHalfWidth = 0.5;
    /// <summary>Below so many rows no residual is learned.</summary>
    public const int LeastRows = 100;

    private const int LeastForPhysics = 10;
    private const int Parts = 5;

    // Most kernels run at the limit and are told exactly; those that do not are what there is to learn, so none is clipped.
    private static readonly BoostingOptions Growing = new(Trees: 1000, Rate: 0.05, Columns: 0.5, Clip: double.PositiveInfinity);

    public static PowerModel Fit(IReadOnlyList<(KernelCall Call, double Seconds, double Watts)> measured, DeviceFigures device, double limit, int seed)
    {
        var rows = measured.Where(row => row.Seconds >= ShortestSeconds).ToArray();
        var family = measured[0].Call.Family;
        if (rows.Length < LeastForPhysics)
            return new(family, PowerPhysics.Typical(limit), null);
        var shares = rows.Select(row => PowerPhysics.Shares(Work.Of(row.Call), device, row.Seconds)).ToArray();
        var physics = PowerPhysics.Fit(shares, [.. rows.Select(row => row.Watts)], limit);
        if (rows.Length < LeastRows)
            return new(family, physics, null);
        var features = rows.Select(row => Features(row.Call, device, row.Seconds)).ToArray();
        var targets = rows.Select((row, i) => (float)Math.Log(row.Watts / physics.Watts(shares[i]))).ToArray();
        var parts = SitePart.Of([.. rows.Select(row => row.Call)], Parts, seed);
        return new(family, physics, CrossFitted.Fit(features, targets, parts, Parts, Growing, seed));
    }

    /// <param name="seconds">Latency of the call, measured or predicted.</param>
    public Estimate Watts(KernelCall call, DeviceFigures device, double seconds)
    {
        var watts = Physics.Watts(PowerPhysics.Shares(Work.Of(call), device, seconds));
        var half = SheetHalfWidth;
        if (Residual is not null)
        {
            var features = Features(call, device, seconds);
            watts *= Math.Exp(Residual.Predict(features));
            half = Residual.HalfWidth(features, KernelPredictor.Coverage);
        }

        return new(watts, watts * Math.Exp(-half), watts * Math.Exp(half), Residual is null ? Provenance.DataSheet : Provenance.Interpolated, KernelPredictor.Coverage);
    }

    private static float[] Features(KernelCall call, DeviceFigures device, double seconds)
    {
        var work = Work.Of(call);
        var features = new float[KernelFeatures.Count + 3];
        KernelFeatures.Fill(call, work, KernelPhysics.Typical, device, features);
        var (compute, memory) = PowerPhysics.Shares(work, device, seconds);
        features[^3] = (float)Math.Log(seconds);
        features[^2] = (float)compute;
        features[^1] = (float)memory;
        return features;
    }
}
