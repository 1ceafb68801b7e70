using System.Text.Json;

namespace SparseProf.Profiler.Sampling;

/// <summary>Which part of the stopping rule ended the sampling.</summary>
public enum StopReason
{
    /// <summary>Enough samples, enough time, and the interval of the median is narrow.</summary>
    IntervalNarrow,

    /// <summary>The wall-time limit of one measurement.</summary>
    TimeLimit,

    SampleLimit,

    /// <summary>The time budget of the whole run.</summary>
    BudgetSpent,

    /// <summary>A user stopped the run.</summary>
    Interrupted,

    /// <summary>A replayed recording has no further samples.</summary>
    RecordingEnded,
}

public static class StopReasons
{
    /// <summary>The name in the database: interval_narrow…</summary>
    public static string Name(this StopReason reason) => JsonNamingPolicy.SnakeCaseLower.ConvertName(reason.ToString());
}
