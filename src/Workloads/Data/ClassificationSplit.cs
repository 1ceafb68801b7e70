namespace SparseProf.Workloads.Data;

/// <summary>Examples of which each has one class; what evaluation slices by class and by group.</summary>
public abstract class ClassificationSplit : DataSplit
{
    /// <summary>One a class.</summary>
    public required IReadOnlyList<string> ClassNames { get; init; }

    /// <summary>Kinds of example beside the classes, such as sentences with negation; empty where none are known.</summary>
    public IReadOnlyList<string> GroupNames { get; init; } = [];

    public abstract int Label(int example);

    /// <summary>A place in <see cref="GroupNames"/>; 0 where there are none.</summary>
    public virtual int Group(int example) => 0;

    /// <summary>The same examples with their inputs spoilt.</summary>
    /// <exception cref="ArgumentException">The corruption is of another kind of input.</exception>
    public abstract ClassificationSplit Corrupt(Corruption corruption, ulong seed);
}
