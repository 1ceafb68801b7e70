using SparseProf.Ops;
using SparseProf.Ops.Units;
using SparseProf.Profiler.Power;

namespace SparseProf.Profiler.Devices;

/// <summary>What a watch saw. Null where the device does not tell.</summary>
public sealed record DeviceConditions(Hertz? MedianClock, Celsius? MaxTemperature, IReadOnlyList<ObservedCaveat> Caveats)
{
    public static DeviceConditions Unknown { get; } = new(null, null, []);

    /// <summary>The readings themselves, since the watch began; empty where the device keeps none.</summary>
    public IReadOnlyList<PowerSample> Series { get; init; } = [];
}
