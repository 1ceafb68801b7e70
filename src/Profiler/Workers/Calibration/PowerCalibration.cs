namespace SparseProf.Profiler.Workers.Calibration;

/// <summary>Under which names a run's calibration holds what the board draws without work, and what watching it costs.</summary>
public static class PowerCalibration
{
    /// <summary>At rest, clock down, in W.</summary>
    public const string IdleName = "idle_power_w";

    /// <summary>With one spinning block, in W: the clock is up and the multiprocessors are not at work.</summary>
    public const string ActiveIdleName = "active_idle_power_w";

    /// <summary>Follows the two names above: as found at the end of the run.</summary>
    public const string AtEnd = "_at_end";

    /// <summary>Follows the names above: one standard deviation, in W.</summary>
    public const string Sigma = "_sigma";

    /// <summary>Share by which graphs of empty kernels take longer while NVML is read as often as during timing.</summary>
    public const string SlowsBy = "nvml_slows_by";

    /// <summary>Share of one processor that reading NVML takes meanwhile.</summary>
    public const string ProcessorShare = "nvml_processor_share";
}
