using SparseProf.CostModel.Statistics;
using SparseProf.Ops.Statistics;

namespace SparseProf.CostModel.Latency;

/// <summary>What is believed before anchors: log seconds, the half-width of its interval in logs, and what each source alone says.</summary>
public readonly record struct BasePrediction(double LogSeconds, double HalfWidth, double[] Sources);

/// <summary>
/// Models of one or more devices moved to a target. A source contributes its fitted physics on the target's data sheet
/// and its learned residual at the same shape, damped the more the two data sheets differ; sources are averaged with
/// weights that fall with that distance. With the device itself as source this is plain interpolation.
/// </summary>
public sealed class KernelBase
{
    // Half-widths in logs: next to a device, for each unit of distance, for each octave beyond one in bandwidth a multiprocessor
    // to the nearest source. Chosen by the coverage over thirteen transfers among four devices: few, so half of it is judgement.
    private const double NearHalfWidth = 0.02;
    private const double LeastHalfWidth = 0.1;

    // Eight-bit products hang on how a framework quantizes: H200's from H100's are off by 14 %, bf16's by 5 %.
    private const double NearHalfWidthOfEightBits = 0.22;
    private const double HalfWidthOfDistance = 0.16;
    private const double HalfWidthOfClass = 0.25;

    // Held-out errors are those of one fit, predictions the average of all: over seven tables it errs by so much less.
    private const double ErrorOfAverage = 0.95;

    // The same device in another campaign: H200's tables of two versions of one framework differ by 7.5 % on average.
    private const double HalfWidthOfCampaign = 0.14;

    private readonly (FamilyModel Model, KernelPhysics Moved, double Weight, double Keep, double Distance)[] _sources;
    private readonly double _quantile;
    private readonly double _doubt;

    public KernelBase(IReadOnlyList<FamilyModel> sources, DeviceFigures target)
    {
        Sources = sources;
        var distances = sources.Select(source => Distance(source.Device, target)).ToArray();
        var weights = distances.Select(distance => Math.Exp(-1.5 * (distance - distances.Min()))).ToArray();
        _sources = [.. sources.Select((source, i) => (
            source, TypicalPhysics.Moved(source.Physics, source.Device.Generation, target.Generation), weights[i] / weights.Sum(), Math.Exp(-0.5 * distances[i]), distances[i]))];
        var eightBits = sources.Any(source => source.Family.Contains("/fp8/", StringComparison.Ordinal) || source.Family.Contains("/int8/", StringComparison.Ordinal));
        // A table of this very device given as a prior is another campaign's: other software, other clocks.
        var least = sources.Any(source => source.Device.Id == target.Id) ? HalfWidthOfCampaign : LeastHalfWidth;
        _doubt = Math.Max(least, (eightBits ? NearHalfWidthOfEightBits : NearHalfWidth)
            + HalfWidthOfDistance * _sources.Sum(source => source.Weight * source.Distance)
            + HalfWidthOfClass * (sources.Count > 0 ? Math.Max(0, sources.Min(source => Feeding(source.Device, target)) - 1) : 0)
            + (sources.Any(source => source.Device.Generation.Name == target.Generation.Name) ? 0 : target.Generation.HalfWidth));
        IsOwn = sources.Count == 1 && sources[0].Device.Id == target.Id && sources[0].Residual.Parts.Count > 1;
        _quantile = IsOwn ? Conformal.Quantile(sources[0].Residual.Scores, KernelPredictor.Coverage) : 0;
        Range = sources.Count > 0 ? sources[0].Range : null;
    }

    public IReadOnlyList<FamilyModel> Sources { get; }

    public bool IsOwn { get; }

    public ShapeRange? Range { get; }

    public Provenance Provenance => IsOwn ? Provenance.Interpolated : Sources.Count > 0 ? Provenance.Transferred : Provenance.DataSheet;

    public string Name => IsOwn ? "table" : Sources.Count > 0 ? "other devices" : "data sheet";

    public KernelPhysics Physics => _sources.Length > 0 ? _sources.MaxBy(source => source.Weight).Moved : KernelPhysics.Typical;

    public BasePrediction Predict(KernelCall call, in Work work, DeviceFigures target)
    {
        Span<double> logs = stackalloc double[CallBlock.Size];
        Span<double> halves = stackalloc double[CallBlock.Size];
        Span<double> sources = stackalloc double[_sources.Length * CallBlock.Size];
        Predict(CallBlock.Of(call, work), target, logs, halves, sources);
        return At(0, logs, halves, sources);
    }

    /// <summary>Predicts a block: log seconds, half-widths, and what each source says, block after block.</summary>
    internal void Predict(CallBlock block, DeviceFigures target, Span<double> logs, Span<double> halves, Span<double> sources)
    {
        if (_sources.Length == 0)
        {
            Sheet(block, target, logs, halves);
            return;
        }

        logs.Clear();
        halves.Clear();
        for (var i = 0; i < _sources.Length; i++)
            AddSource(i, block, target, logs, halves, sources.Slice(i * CallBlock.Size, CallBlock.Size));
        if (!IsOwn)
            Doubt(logs, halves, sources);
    }

    /// <summary>One call of a predicted block.</summary>
    internal BasePrediction At(int place, ReadOnlySpan<double> logs, ReadOnlySpan<double> halves, ReadOnlySpan<double> sources)
    {
        var each = new double[_sources.Length];
        for (var i = 0; i < each.Length; i++)
            each[i] = sources[i * CallBlock.Size + place];
        return new(logs[place], halves[place], each);
    }

    internal int SourceValues => _sources.Length * CallBlock.Size;

    private static void Sheet(CallBlock block, DeviceFigures target, Span<double> logs, Span<double> halves)
    {
        var (physics, halfWidth) = TypicalPhysics.For(block.Calls[0], target);
        physics.Latency(block.Columns, target, logs);
        if (SparseLibraries.Covers(block.Calls[0], target))
        {
            for (var i = 0; i < block.Count; i++)
                logs[i] = SparseLibraries.Seconds(block.Calls[i], block.Work[i], physics, logs[i], target);
        }

        for (var i = 0; i < block.Count; i++)
            logs[i] = Math.Log(logs[i]);
        halves.Fill(halfWidth);
    }

    private void AddSource(int source, CallBlock block, DeviceFigures target, Span<double> logs, Span<double> halves, Span<double> said)
    {
        var (model, moved, weight, keep, _) = _sources[source];
        Span<double> seconds = stackalloc double[CallBlock.Size];
        Span<float> residuals = stackalloc float[CallBlock.Size];
        Span<float> errors = stackalloc float[CallBlock.Size];
        model.Predict(block, seconds, residuals, errors);
        if (!IsOwn)
            moved.Latency(block.Columns, target, seconds);
        var scale = IsOwn ? _quantile * ErrorOfAverage : 2.2;
        for (var i = 0; i < block.Count; i++)
        {
            said[i] = Math.Log(seconds[i]) + keep * residuals[i];
            logs[i] += weight * said[i];
            halves[i] += weight * scale * errors[i];
        }
    }

    // Sources that disagree show a part of what the distance makes one doubt: the larger counts.
    private void Doubt(ReadOnlySpan<double> logs, Span<double> halves, ReadOnlySpan<double> sources)
    {
        for (var i = 0; i < halves.Length; i++)
        {
            double disagreement = 0;
            for (var source = 0; source < _sources.Length; source++)
            {
                var difference = sources[source * CallBlock.Size + i] - logs[i];
                disagreement += _sources[source].Weight * difference * difference;
            }

            halves[i] = Math.Sqrt(halves[i] * halves[i] + Math.Max(disagreement, _doubt * _doubt));
        }
    }

    // Octaves between what memory feeds each multiprocessor: it tells boards of one class of memory from those of another.
    private static double Feeding(DeviceFigures a, DeviceFigures b) =>
        Math.Abs(Math.Log2(a.Bandwidth / a.Multiprocessors / (b.Bandwidth / b.Multiprocessors)));

    /// <summary>How far two data sheets lie apart: octaves of arithmetic and of bandwidth a multiprocessor, and of their ratio.</summary>
    public static double Distance(DeviceFigures a, DeviceFigures b)
    {
        var peak = Math.Log2(a.Peak / b.Peak);
        var bandwidth = Math.Log2(a.Bandwidth / b.Bandwidth);
        var cache = Math.Log2(a.L2 / b.L2);
        return Math.Sqrt(0.5 * (peak * peak + bandwidth * bandwidth) + 0.1 * cache * cache + Math.Pow(peak - bandwidth, 2) * 0.5);
    }
}
