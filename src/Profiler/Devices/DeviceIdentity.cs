using SparseProf.Ops.Units;

namespace SparseProf.Profiler.Devices;

/// <summary>What a device says of itself; nothing from data sheets.</summary>
public sealed record DeviceIdentity
{
    /// <summary>cpu, cuda.</summary>
    public required string Kind { get; init; }

    public int Index { get; init; }

    public required string Name { get; init; }

    /// <summary>Stable across runs and different between devices that may differ in speed; part of every case key. No serial number in clear text.</summary>
    public required string Key { get; init; }

    /// <summary>Driver, or operating system kernel for a CPU.</summary>
    public required string Driver { get; init; }

    /// <summary>Compute capability (sm_90) or the widest vector instructions (avx512).</summary>
    public required string Architecture { get; init; }

    /// <summary>Streaming multiprocessors, or the logical processors that this process may use.</summary>
    public required int Units { get; init; }

    public required Bytes Memory { get; init; }

    public required Bytes LastLevelCache { get; init; }

    public Hertz? MaxClock { get; init; }

    /// <summary>Further observations by name (ecc, mig, power_limit_w, governor …), as text.</summary>
    public IReadOnlyDictionary<string, string> Facts { get; init; } = new SortedDictionary<string, string>();
}
