namespace SparseProf.Store.Rows;

/// <summary>What a raw sample is.</summary>
public enum SampleKind
{
    /// <summary>Time of one call.</summary>
    TimeS,

    /// <summary>Clock during the sample.</summary>
    ClockHz,

    /// <summary>Number of the interleaved block that the sample belongs to.</summary>
    Block,
}

internal static class SampleKinds
{
    public static string ColumnName(this SampleKind kind) => kind switch
    {
        SampleKind.TimeS => "time_s",
        SampleKind.ClockHz => "clock_hz",
        _ => "block",
    };
}

/// <summary>Power over a stretch of time, in columns of equal length. NaN: not told. The arrays belong to the caller.</summary>
/// <param name="Source">rapl, nvml instant, nvml average…</param>
/// <param name="StartS">Since the start of the run.</param>
/// <param name="OffsetS">Of each reading, after <paramref name="StartS"/>.</param>
/// <param name="EventReasons">The device's own bit set of why its clock is what it is.</param>
public sealed record PowerChunk(
    string Source, double StartS, float[] OffsetS, float[] PowerW, float[]? ClockHz = null, float[]? TemperatureC = null, ulong[]? EventReasons = null)
{
    /// <summary>The measurement that ran meanwhile, where it was one.</summary>
    public long? MeasurementId { get; init; }
}
