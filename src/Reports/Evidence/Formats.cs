using SparseProf.Ops;

namespace SparseProf.Reports.Evidence;

/// <summary>Names by which charts tell formats apart, always in the same order and so in the same colours.</summary>
internal static class Formats
{
    public static IReadOnlyList<string> All { get; } = ["dense", "2:4", "block", "csr", "experts"];

    public static string Of(string pattern) => SparsityPatternText.Parse(pattern) switch
    {
        SparsityPattern.Dense => "dense",
        SparsityPattern.NofM => "2:4",
        SparsityPattern.Block => "block",
        _ => "csr",
    };

    /// <summary>A pattern in plain words; null for dense.</summary>
    public static string? Words(string pattern) => SparsityPatternText.Parse(pattern) switch
    {
        SparsityPattern.Dense => null,
        SparsityPattern.NofM some => $"{some.N} of every {some.M} weights kept",
        SparsityPattern.Block block => $"{(1 - block.Density.Value) * 100:0.#} % of its {block.Rows}×{block.Columns} blocks of weights left out",
        var single => $"{single.Sparsity.Value * 100:0.#} % of its weights left out",
    };

    public static double Sparsity(string pattern) => SparsityPatternText.Parse(pattern).Sparsity.Value;
}
