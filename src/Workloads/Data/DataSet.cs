namespace SparseProf.Workloads.Data;

/// <summary>A task to train on.</summary>
/// <param name="Name">As the store writes it; begins with synthetic- where a program made the examples up.</param>
/// <param name="Vocabulary">Number of different tokens; null for images.</param>
public sealed record DataSet(string Name, bool Synthetic, DataSplit Train, DataSplit Validation, int Classes, int? Vocabulary);
