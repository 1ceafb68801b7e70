using SparseProf.CostModel.Statistics;

namespace SparseProf.CostModel.Latency;

/// <summary>A few measured calls that correct a <see cref="KernelBase"/>: a Gaussian process over the log residuals, its intervals calibrated by leaving each site's anchors out.</summary>
public sealed class AnchorCorrection
{
    private const int LeastForScales = 100;
    private const int MostForScales = 150;
    private const double OtherSources = 3;

    private readonly GaussianProcess _process;
    private readonly KernelPhysics _physics;
    private readonly Dictionary<KernelCall, double> _measured = [];

    private AnchorCorrection(FamilyTable table, KernelPhysics physics, GaussianProcess process, double quantile)
    {
        Table = table;
        _physics = physics;
        _process = process;
        Scales = process.Scales;
        Quantile = quantile;
        Range = ShapeRange.Of(table.Calls);
        foreach (var group in table.Calls.Zip(table.Seconds).GroupBy(pair => pair.First))
            _measured[group.Key] = group.Average(pair => pair.Second);
    }

    public FamilyTable Table { get; }

    public int Count => Table.Calls.Count;

    public ShapeRange Range { get; }

    public KernelScales Scales { get; }

    /// <summary>Difficulties (standard deviations to a power) that hold the stated share of anchors whose site was left out.</summary>
    public double Quantile { get; }

    public static AnchorCorrection Fit(FamilyTable table, KernelBase basis)
    {
        var (places, residuals) = Residuals(table, basis);
        double[][] smooth = [.. places.Select(place => place.Smooth)];
        double[][] trend = [.. places.Select(place => place.Trend)];
        var scales = residuals.Length < LeastForScales ? ShapeCoordinates.Typical : Scaled(smooth, trend, residuals);
        var process = GaussianProcess.Given(smooth, trend, residuals, scales);
        var scores = process.LeaveGroupOutErrors([.. table.Calls.Select(call => call.Site)]).Select(left => Math.Abs(left.Error) / Difficulty(left.Deviation)).ToArray();
        Array.Sort(scores);
        return new(table, basis.Physics, process, Conformal.Quantile(scores, KernelPredictor.Coverage));
    }

    private static KernelScales Scaled(double[][] smooth, double[][] trend, double[] residuals)
    {
        var some = Math.Max(1, residuals.Length / MostForScales);
        var chosen = Enumerable.Range(0, residuals.Length).Where(i => i % some == 0).ToArray();
        return GaussianProcess.Fit([.. chosen.Select(i => smooth[i])], [.. chosen.Select(i => trend[i])], [.. chosen.Select(i => residuals[i])], ShapeCoordinates.Typical).Scales;
    }

    /// <summary>A correction fitted before, from its anchors and constants.</summary>
    public static AnchorCorrection Restore(FamilyTable table, KernelBase basis, KernelScales scales, double quantile)
    {
        var (places, residuals) = Residuals(table, basis);
        var process = GaussianProcess.Given([.. places.Select(place => place.Smooth)], [.. places.Select(place => place.Trend)], residuals, scales);
        return new(table, basis.Physics, process, quantile);
    }

    /// <summary>The measured seconds of exactly this call, or null.</summary>
    public double? Measured(KernelCall call) => _measured.TryGetValue(call, out var seconds) ? seconds : null;

    /// <summary>The shift of the log latency and the half-width of its interval.</summary>
    public (double Shift, double HalfWidth) Correct(KernelCall call, in Work work, DeviceFigures device, in BasePrediction moved)
    {
        var (smooth, trend) = Place(call, work, _physics, device, moved);
        return (_process.Predict(smooth, trend), Quantile * Difficulty(_process.Deviation(smooth, trend)));
    }

    /// <summary>The half-width of the interval, in logs, where nothing but noise is left.</summary>
    public double LeastHalfWidth => Quantile * Difficulty(Scales.Noise);

    // The deviation is right in order, not in size: anchors lie at the ends of the range, where it is largest, and errors grow
    // less than it does. A power below one loses little where it is right and less where it is not.
    private static double Difficulty(double deviation) => Math.Pow(deviation, 0.75);

    private static (List<(double[] Smooth, double[] Trend)> Places, double[] Residuals) Residuals(FamilyTable table, KernelBase basis)
    {
        var places = new List<(double[] Smooth, double[] Trend)>();
        var residuals = new double[table.Calls.Count];
        for (var i = 0; i < residuals.Length; i++)
        {
            var work = Work.Of(table.Calls[i]);
            var moved = basis.Predict(table.Calls[i], work, table.Device);
            places.Add(Place(table.Calls[i], work, basis.Physics, table.Device, moved));
            residuals[i] = Math.Log(table.Seconds[i]) - moved.LogSeconds;
        }

        return (places, residuals);
    }

    // Where there are several sources, what each says beyond their mean may carry weight too.
    private static (double[] Smooth, double[] Trend) Place(KernelCall call, in Work work, KernelPhysics physics, DeviceFigures device, in BasePrediction moved)
    {
        var (smooth, trend) = ShapeCoordinates.Of(call, work, physics, device);
        if (moved.Sources.Length < 2)
            return (smooth, trend);
        var mean = moved.LogSeconds;
        return (smooth, [.. trend, .. moved.Sources.Select(source => OtherSources * (source - mean))]);
    }
}
