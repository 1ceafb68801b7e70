using SparseProf.CostModel.Hardware;
using SparseProf.CostModel.Latency;
using SparseProf.Ops.Statistics;

namespace SparseProf.CostModel.Energy;

/// <summary>Power of a call from what is there: a fitted model of its family, else typical shares of the power limit.</summary>
public static class PowerPrediction
{
    /// <summary>Null where the profile has no power limit.</summary>
    public static Estimate? Of(KernelCall call, double seconds, HardwareProfile profile, Calibration? calibration, DeviceFigures? figures = null)
    {
        if (profile.TdpWatts is not { } limit)
            return null;
        var model = calibration is not null && calibration.Power.TryGetValue(call.Family, out var fitted)
            ? fitted
            : new PowerModel("", PowerPhysics.Typical(limit), null);
        figures ??= calibration is not null && calibration.Predictors.TryGetValue(call.Family, out var predictor) ? predictor.Device : profile.Figures(call);
        return model.Watts(call, figures, seconds);
    }
}
