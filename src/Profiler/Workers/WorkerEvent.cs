using SparseProf.Ops;
using SparseProf.Store.Rows;

namespace SparseProf.Profiler.Workers;

/// <summary>What a worker says: one line each. A job ends with measured or refused.</summary>
public sealed record WorkerEvent
{
    /// <summary>ready, measured or refused.</summary>
    public required string Kind { get; init; }

    /// <summary>Of measured.</summary>
    public MeasurementCase? Case { get; init; }

    /// <summary>Of measured: seconds of one call, in order.</summary>
    public double[] Times { get; init; } = [];

    /// <summary>Of measured: without caveats, which follow.</summary>
    public MeasurementResult? Result { get; init; }

    public IReadOnlyList<WorkerCaveat> Caveats { get; init; } = [];

    /// <summary>Figures that the worker found out about its instrument, by name.</summary>
    public Dictionary<string, double> Observations { get; init; } = [];

    /// <summary>Of refused: unsupported, out_of_memory, wrong_result or failed.</summary>
    public string? Status { get; init; }

    public string? Message { get; init; }

    /// <summary>Of refused: nothing more can run in this process.</summary>
    public bool Fatal { get; init; }
}

/// <summary>A caveat by name, as it crosses the pipe.</summary>
public sealed record WorkerCaveat(string Name, string Evidence)
{
    public ObservedCaveat Observed => new(Caveat.Parse(Name), Evidence);
}
