namespace SparseProf.Workloads.Data;

/// <summary>Part of a data set: examples that are taken by number, in any order.</summary>
public abstract class DataSplit
{
    /// <summary>train, validation or test.</summary>
    public required string Name { get; init; }

    /// <summary>Whether a program made the examples up.</summary>
    public required bool Synthetic { get; init; }

    public required int Count { get; init; }

    /// <summary>What a label may be: 0 … Classes − 1.</summary>
    public required int Classes { get; init; }

    /// <summary>Examples <paramref name="examples"/> in their order; equal for equal arguments.</summary>
    /// <param name="augmentationSeed">Seed of random crops, flips and the like; 0 leaves the examples as they are.</param>
    public abstract Batch Take(ReadOnlySpan<int> examples, ulong augmentationSeed);
}
