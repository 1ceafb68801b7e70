using SparseProf.Ops.Units;

namespace SparseProf.Cli.Train;

/// <summary>What <c>train</c> was asked for beside the plan.</summary>
internal sealed record TrainRequest
{
    public required string Database { get; init; }

    public required bool Json { get; init; }

    public required bool Resume { get; init; }

    public required int? Threads { get; init; }

    public required int? Gpu { get; init; }

    public required string? Data { get; init; }

    /// <summary>Of synthetic data; null for the usual one.</summary>
    public required double? Difficulty { get; init; }

    public required string? Checkpoint { get; init; }

    /// <summary>Null for the usual minute.</summary>
    public Seconds? CheckpointEvery { get; init; }

    public required string CommandLine { get; init; }
}
