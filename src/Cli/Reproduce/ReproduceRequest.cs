namespace SparseProf.Cli.Reproduce;

/// <summary>What <c>reproduce</c> was asked for.</summary>
internal sealed record ReproduceRequest
{
    public required string Database { get; init; }

    public required bool Json { get; init; }

    /// <summary>Folder of the real data; null for synthetic ones.</summary>
    public required string? Data { get; init; }

    /// <summary>Of synthetic data, 0 to 1.</summary>
    public required double Difficulty { get; init; }

    /// <summary>Whether models have the paper's sizes.</summary>
    public required bool Full { get; init; }

    /// <summary>Whether forward passes are timed less closely.</summary>
    public required bool Quick { get; init; }

    /// <summary>Trainings of each model, with seeds 0, 1, …</summary>
    public required int Seeds { get; init; }

    /// <summary>Steps of each training; null for the recipe's.</summary>
    public required long? Steps { get; init; }

    /// <summary>Rows to reproduce; empty for all.</summary>
    public required IReadOnlyList<string> Only { get; init; }

    public required int? Threads { get; init; }

    public required int? Gpu { get; init; }

    public required string CommandLine { get; init; }
}
