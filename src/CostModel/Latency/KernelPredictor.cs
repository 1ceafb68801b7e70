using System.Runtime.CompilerServices;
using SparseProf.Ops.Statistics;

namespace SparseProf.CostModel.Latency;

/// <summary>
/// Latency of one family of kernels on one device. Its base is the device's own table, or other devices' models moved to
/// this one, or physics with typical constants; anchors measured on the device correct the base by a Gaussian process.
/// </summary>
public sealed class KernelPredictor
{
    public const double Coverage = 0.9;
    private const double OctaveOfDoubt = 0.25;

    // bf16 and fp16 products of one shape on A100 and B200 (vllmbench): nine tenths within 9 %.
    private const double SiblingHalfWidth = 0.09;

    private readonly DeviceFigures _device;
    private readonly KernelBase _base;
    private readonly AnchorCorrection? _anchors;
    private readonly KernelPredictor? _sibling;

    public KernelPredictor(string family, DeviceFigures device, KernelBase basis, AnchorCorrection? anchors)
    {
        Family = family;
        _device = device;
        _base = basis;
        _anchors = anchors;
    }

    private KernelPredictor(string family, KernelPredictor sibling)
        : this(family, sibling._device, sibling._base, sibling._anchors) => _sibling = sibling;

    public string Family { get; }

    public DeviceFigures Device => _device;

    public KernelBase Base => _base;

    public AnchorCorrection? Anchors => _anchors;

    public string Source => _anchors is not null ? $"{_base.Name} + {_anchors.Count} anchors" : _base.Name;

    /// <summary>The same predictor for the other 16-bit floating-point type: what was measured in one is a transfer to the other.</summary>
    public KernelPredictor ForSibling(string family) => new(family, this);

    public LatencyPrediction Predict(KernelCall call)
    {
        LatencyPrediction prediction = default;
        Predict(new ReadOnlySpan<KernelCall>(in call), new Span<LatencyPrediction>(ref prediction));
        return prediction;
    }

    /// <summary>Predicts many calls of the family, as each alone would be predicted.</summary>
    public void Predict(ReadOnlySpan<KernelCall> calls, Span<LatencyPrediction> predictions)
    {
        if (_sibling is not null)
        {
            Borrow(_sibling, calls, predictions);
            return;
        }

        for (var first = 0; first < calls.Length; first += CallBlock.Size)
        {
            var some = calls[first..Math.Min(calls.Length, first + CallBlock.Size)];
            PredictBlock(CallBlock.Of(some), predictions[first..]);
        }
    }

    private static void Borrow(KernelPredictor sibling, ReadOnlySpan<KernelCall> calls, Span<LatencyPrediction> predictions)
    {
        var alike = new KernelCall[calls.Length];
        for (var i = 0; i < alike.Length; i++)
            alike[i] = calls[i].Sibling()!;
        sibling.Predict(alike, predictions);
        for (var i = 0; i < alike.Length; i++)
        {
            var known = predictions[i].Seconds;
            predictions[i] = predictions[i] with
            {
                Seconds = known with
                {
                    Low = known.Low * Math.Exp(-SiblingHalfWidth),
                    High = known.High * Math.Exp(SiblingHalfWidth),
                    Provenance = (Provenance)Math.Max((int)known.Provenance, (int)Provenance.Transferred),
                },
            };
        }
    }

    [SkipLocalsInit]
    private void PredictBlock(CallBlock block, Span<LatencyPrediction> predictions)
    {
        Span<double> logs = stackalloc double[CallBlock.Size];
        Span<double> halves = stackalloc double[CallBlock.Size];
        Span<double> sources = stackalloc double[_base.SourceValues];
        _base.Predict(block, _device, logs, halves, sources);
        for (var i = 0; i < block.Count; i++)
        {
            predictions[i] = _anchors is null
                ? Bounded(block.Work[i], logs[i], halves[i], _base.Provenance, _base.Range?.Beyond(block.Calls[i], block.Work[i]) ?? 0)
                : Corrected(block.Calls[i], block.Work[i], _base.At(i, logs, halves, sources), _anchors);
        }
    }

    private LatencyPrediction Corrected(KernelCall call, in Work work, in BasePrediction moved, AnchorCorrection anchors)
    {
        if (anchors.Measured(call) is { } measured)
            return new(new(measured, measured, measured, Provenance.Measured, Coverage), false);
        var (shift, half) = anchors.Correct(call, work, _device, moved);
        var beyond = Math.Max(0, Math.Min(anchors.Range.Beyond(call, work), _base.Range?.Beyond(call, work) ?? double.MaxValue));
        return Bounded(work, moved.LogSeconds + shift, half, Provenance.Interpolated, beyond);
    }

    // Never below the physical floor; wider the further outside of what was measured.
    private LatencyPrediction Bounded(in Work work, double log, double half, Provenance provenance, double beyond)
    {
        half += OctaveOfDoubt * beyond;
        var floor = _device.Floor(work);
        var centre = Math.Exp(log);
        var reach = Math.Exp(half);
        var value = Math.Max(floor, centre);
        return new(new(value, Math.Max(floor, centre / reach), Math.Max(value, centre * reach), provenance, Coverage), beyond > 0);
    }
}
