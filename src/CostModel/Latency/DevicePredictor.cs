using SparseProf.CostModel.Energy;
using SparseProf.CostModel.Hardware;
using SparseProf.Ops.Statistics;

namespace SparseProf.CostModel.Latency;

/// <summary>Latency and power of one call, power null where the device has no limit.</summary>
public readonly record struct CallPrediction(LatencyPrediction Latency, Estimate? Watts);

/// <summary>Predicts any call on one device with what is known of it; each call is computed once.</summary>
public sealed class DevicePredictor(HardwareProfile profile, Calibration? calibration, Priors priors)
{
    /// <summary>Assumed: an eager framework spends some microseconds of host time on each kernel. It matters for small batches only.</summary>
    public const double HostSecondsPerKernel = 5e-6;

    private readonly Dictionary<string, KernelPredictor> _predictors = [];
    private readonly Dictionary<KernelCall, CallPrediction> _known = [];

    public HardwareProfile Profile { get; } = profile;

    /// <exception cref="Ops.Errors.UserErrorException">The profile has no peak for the call's dtype.</exception>
    public CallPrediction Predict(KernelCall call, string family)
    {
        if (_known.TryGetValue(call, out var known))
            return known;
        if (!_predictors.TryGetValue(family, out var predictor))
            _predictors[family] = predictor = Calibration.PredictorFor(call, calibration, Profile, priors);
        var latency = predictor.Predict(call);
        var watts = PowerPrediction.Of(call, Math.Max(HostSecondsPerKernel, latency.Seconds.Value), Profile, calibration, predictor.Device);
        return _known[call] = new(latency, watts);
    }
}
