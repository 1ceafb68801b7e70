using SparseProf.Ops;

namespace SparseProf.Profiler.Kernels.Sparse;

/// <summary>Storage formats that have kernels of their own.</summary>
public enum SparseFormat
{
    Csr,
    Bsr,
    TwoFour,
}

public static class SparseFormats
{
    public static string Name(this SparseFormat format) => format switch
    {
        SparseFormat.Csr => "csr",
        SparseFormat.Bsr => "bsr",
        _ => "2:4",
    };

    /// <summary>Whether the format stores weights of the pattern.</summary>
    public static bool Of(this SparseFormat format, SparsityPattern pattern) => pattern switch
    {
        SparsityPattern.Unstructured => format == SparseFormat.Csr,
        SparsityPattern.Block => format == SparseFormat.Bsr,
        SparsityPattern.NofM { N: 2, M: 4 } => format == SparseFormat.TwoFour,
        _ => false,
    };
}

internal static class OwnLibrary
{
    public static string Name { get; } = $"SparseProf {typeof(OwnLibrary).Assembly.GetName().Version?.ToString(3)}";
}
