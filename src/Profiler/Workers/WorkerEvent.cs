using SparseProf.Ops;
using SparseProf.Profiler.Power;
using SparseProf.Store.Rows;

namespace SparseProf.Profiler.Workers;

/// <summary>What a run asks of a worker: one line each.</summary>
public sealed record WorkerRequest
{
    public WorkerStep Step { get; init; }

    /// <summary>Names what was prepared in later requests.</summary>
    public int Id { get; init; }

    /// <summary>Of measure and prepare.</summary>
    public GpuJob? Job { get; init; }

    /// <summary>Of time: calls of one timed stretch.</summary>
    public int Calls { get; init; }

    /// <summary>Of time: where the rotation over copies starts.</summary>
    public int FirstCopy { get; init; }
}

public enum WorkerStep
{
    /// <summary>The whole job.</summary>
    Measure,

    /// <summary>Search, verify and keep ready, for a comparison that the run itself conducts.</summary>
    Prepare,

    /// <summary>One sample of what is kept ready.</summary>
    Time,

    Release,
}

/// <summary>What a worker says: one line each, ready first and then an answer to each request: measured, prepared, timed, released or refused.</summary>
public sealed record WorkerEvent
{
    /// <summary>The kind of what is no answer yet: a search says which kind of candidate it tries next, or that it is over.</summary>
    public const string Trying = "trying";

    public required string Kind { get; init; }

    /// <summary>Of measured and prepared.</summary>
    public MeasurementCase? Case { get; init; }

    /// <summary>Of prepared.</summary>
    public WorkerWork? Work { get; init; }

    /// <summary>Of measured: seconds of one call, in order.</summary>
    public double[] Times { get; init; } = [];

    /// <summary>Hz of the timed stretches, one a sample, where they were long enough to tell; else empty.</summary>
    public double[] Clocks { get; init; } = [];

    /// <summary>Of measured: what the GPU drew meanwhile.</summary>
    public WorkerSeries? Series { get; init; }

    /// <summary>Why launch latency could not be hidden in the usual way.</summary>
    public string? Fallback { get; init; }

    /// <summary>Of measured: without caveats, which follow.</summary>
    public MeasurementResult? Result { get; init; }

    public IReadOnlyList<WorkerCaveat> Caveats { get; init; } = [];

    /// <summary>Figures that the worker found out about its instrument, by name.</summary>
    public Dictionary<string, double> Observations { get; init; } = [];

    /// <summary>Of refused: unsupported, out_of_memory, wrong_result or failed.</summary>
    public string? Status { get; init; }

    public string? Message { get; init; }

    /// <summary>Of refused: what mends it.</summary>
    public string? Next { get; init; }

    /// <summary>Of refused: nothing more can run in this process.</summary>
    public bool Fatal { get; init; }
}

/// <summary>A caveat by name, as it crosses the pipe.</summary>
public sealed record WorkerCaveat(string Name, string Evidence)
{
    public ObservedCaveat Observed => new(Caveat.Parse(Name), Evidence);
}

/// <summary>How a prepared case can be timed.</summary>
public sealed record WorkerWork(int Copies, double BytesPerCopy, int MostCalls, double? WorkspaceBytes, double? PeakBytes = null);

/// <summary>Equally long columns: seconds since the series began, W, Hz, °C, event reasons; NaN where the device does not tell.</summary>
public sealed record WorkerSeries(float[] Time, float[] Power, float[] Clock, float[] Temperature, ulong[] Reasons)
{
    // 50 readings a second are kept, whatever the counter was polled at.
    private const double Spacing = 0.0199;

    public static WorkerSeries? Of(IReadOnlyList<PowerSample> samples)
    {
        var kept = new List<PowerSample>();
        foreach (var sample in samples)
        {
            if (kept.Count == 0 || sample.Time.Value - kept[^1].Time.Value >= Spacing)
                kept.Add(sample);
        }

        return kept.Count == 0
            ? null
            : new(
                [.. kept.Select(sample => (float)sample.Time.Value)], [.. kept.Select(sample => (float)(sample.Power?.Value ?? double.NaN))],
                [.. kept.Select(sample => (float)(sample.Clock?.Value ?? double.NaN))], [.. kept.Select(sample => (float)(sample.Temperature?.Value ?? double.NaN))],
                [.. kept.Select(sample => sample.EventReasons ?? 0)]);
    }

    /// <param name="end">When the series ended, in seconds since the run began.</param>
    public PowerChunk ToChunk(string source, double end, long? measurement) => new(
        source, end - Time[^1], Time, Power,
        Clock.Any(float.IsFinite) ? Clock : null, Temperature.Any(float.IsFinite) ? Temperature : null, Reasons.Any(reasons => reasons != 0) ? Reasons : null)
    {
        MeasurementId = measurement,
    };
}
