using SparseProf.CostModel.Statistics;
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

    private readonly DeviceFigures _device;
    private readonly KernelBase _base;
    private readonly AnchorCorrection? _anchors;

    public KernelPredictor(string family, DeviceFigures device, KernelBase basis, AnchorCorrection? anchors)
    {
        Family = family;
        _device = device;
        _base = basis;
        _anchors = anchors;
    }

    public string Family { get; }

    public DeviceFigures Device => _device;

    public KernelBase Base => _base;

    public AnchorCorrection? Anchors => _anchors;

    public string Source => _anchors is not null ? $"{_base.Name} + {_anchors.Count} anchors" : _base.Name;

    public LatencyPrediction Predict(KernelCall call)
    {
        if (_anchors?.Measured(call) is { } measured)
            return new(new(measured, measured, measured, Provenance.Measured, Coverage), false);
        var work = Work.Of(call);
        var moved = _base.Predict(call, work, _device);
        var log = moved.LogSeconds;
        var half = moved.HalfWidth;
        var provenance = _base.Provenance;
        var beyond = _base.Range?.Beyond(call) ?? 0;
        if (_anchors is not null)
        {
            (var shift, half) = _anchors.Correct(call, work, _device, moved);
            log += shift;
            beyond = Math.Max(0, Math.Min(_anchors.Range.Beyond(call), _base.Range?.Beyond(call) ?? double.MaxValue));
            provenance = Provenance.Interpolated;
        }

        half += OctaveOfDoubt * beyond;
        var floor = _device.Floor(work);
        var value = Math.Max(floor, Math.Exp(log));
        return new(new(value, Math.Max(floor, Math.Exp(log - half)), Math.Max(value, Math.Exp(log + half)), provenance, Coverage), beyond > 0);
    }
}
