using System.Diagnostics.CodeAnalysis;
using SparseProf.Ops;

namespace SparseProf.Store.Rows;

/// <summary>What is known when the last sample of a measurement is in.</summary>
public sealed record MeasurementResult
{
    public required string StopReason { get; init; }

    /// <summary>Wall time, warm-up included.</summary>
    public required double ElapsedS { get; init; }

    public required long SampleCount { get; init; }

    public required long CallsPerSample { get; init; }

    public required long WarmUpCalls { get; init; }

    public double? TimerResolutionS { get; init; }

    public double? MedianClockHz { get; init; }

    public double? MaxTemperatureC { get; init; }

    public double? WorkspaceBytes { get; init; }

    public double? PeakMemoryBytes { get; init; }

    /// <summary>What the peak covers: "process", "device allocations".</summary>
    public string? PeakMemoryScope { get; init; }

    /// <summary>Of one call.</summary>
    public double? EnergyJ { get; init; }

    public string? EnergySource { get; init; }

    public double? EnergyWindowS { get; init; }

    public long? EnergyCalls { get; init; }

    public double? EnergySigmaJ { get; init; }

    public double? EnergyDisagreement { get; init; }

    public string? EnergyMissingBecause { get; init; }

    public IReadOnlyList<ObservedCaveat> Caveats { get; init; } = [];
}

/// <summary>A stored measurement.</summary>
public sealed record MeasurementRow : MeasurementCase
{
    public required long Id { get; init; }

    public required long RunId { get; init; }

    /// <summary>Unique among all databases.</summary>
    public required string Key { get; init; }

    /// <summary>Equal for the same work in the same way on the same device; see <see cref="Store.CaseKey"/>.</summary>
    public required string CaseKey { get; init; }

    public required DateTimeOffset StartedUtc { get; init; }

    /// <summary>Null where the measurement was cut off.</summary>
    public MeasurementResult? Result { get; init; }

    [MemberNotNullWhen(true, nameof(Result))]
    public bool Complete => Result is not null;
}
