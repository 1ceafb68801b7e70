namespace SparseProf.Workloads.Data.Corpus;

/// <summary>A piece of text that goes into training or validation as a whole.</summary>
/// <param name="Name">Decides which of them; equal on every machine.</param>
public sealed record Document(string Name, string Text);
