using SparseProf.Ops.Units;

namespace SparseProf.Profiler.Power;

/// <summary>One look at a GPU through NVML; null where the query is refused.</summary>
/// <param name="Time">Since the recording began.</param>
/// <param name="Counter">The energy counter.</param>
/// <param name="Power">What NVML calls instantaneous.</param>
/// <param name="Average">NVML's own average, where it was asked for.</param>
internal readonly record struct NvmlReading(
    Seconds Time, Joules? Counter, Watts? Power, Hertz? Clock = null, Celsius? Temperature = null, ulong? EventReasons = null, Watts? Average = null);
