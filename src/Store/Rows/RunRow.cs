namespace SparseProf.Store.Rows;

/// <summary>One invocation of the profiler: where and with what everything below it was observed.</summary>
public sealed record RunRow
{
    /// <summary>Given by the database; 0 before the row is stored.</summary>
    public long Id { get; init; }

    /// <summary>Unique among all databases, so that merged ones keep runs apart.</summary>
    public string Key { get; init; } = Guid.NewGuid().ToString("n");

    public required DateTimeOffset StartedUtc { get; init; }

    /// <summary>Null while the run goes on, and for ever where it was killed.</summary>
    public DateTimeOffset? EndedUtc { get; init; }

    /// <summary>completed, interrupted, out_of_time or failed; null like <see cref="EndedUtc"/>.</summary>
    public string? Outcome { get; init; }

    public required string Command { get; init; }

    public required string ProgramVersion { get; init; }

    public string? GitCommit { get; init; }

    /// <summary>Hash of the host's identity, never its name.</summary>
    public required string HostKey { get; init; }

    public required string HostSystem { get; init; }

    public required string DeviceKind { get; init; }

    public long DeviceIndex { get; init; }

    public required string DeviceName { get; init; }

    public required string DeviceKey { get; init; }

    public required string DeviceDriver { get; init; }

    public required string DeviceArchitecture { get; init; }

    public long DeviceUnits { get; init; }

    public double DeviceMemoryBytes { get; init; }

    public double DeviceCacheBytes { get; init; }

    public double? DeviceMaxClockHz { get; init; }

    public string DeviceFactsJson { get; init; } = "{}";

    public string ClocksPolicy { get; init; } = "as found; never changed";

    public string SettingsJson { get; init; } = "{}";
}

/// <summary>A library as it was loaded for a run.</summary>
public sealed record LibraryRow
{
    public required string Name { get; init; }

    public required string Version { get; init; }

    public string? Path { get; init; }
}

/// <summary>A case that gave no measurement: a crash, a timeout, something not supported. A fact like any other.</summary>
public sealed record AttemptRow
{
    public long Id { get; init; }

    public long RunId { get; init; }

    public required string CaseKey { get; init; }

    public required DateTimeOffset AtUtc { get; init; }

    public required string Op { get; init; }

    public required string Kernel { get; init; }

    /// <summary>crash, unsupported, timeout, out_of_memory, wrong_result or failed.</summary>
    public required string Status { get; init; }

    public required string Message { get; init; }

    public long? ExitCode { get; init; }

    public long? Signal { get; init; }

    public string? StderrTail { get; init; }
}
