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

    public static double Sparsity(string pattern) => SparsityPatternText.Parse(pattern).Sparsity.Value;
}
