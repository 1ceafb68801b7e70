using SparseProf.Ops.Errors;

namespace SparseProf.Workloads.Sparsity;

/// <summary>The methods by the names that the command line, the store and tables use.</summary>
public static class SparseMethods
{
    private static readonly (SparseMethod Method, string Name)[] s_names =
    [
        (SparseMethod.Dense, "dense"),
        (SparseMethod.Static, "static"),
        (SparseMethod.Magnitude, "magnitude"),
        (SparseMethod.Gradual, "gradual"),
        (SparseMethod.Set, "set"),
        (SparseMethod.RigL, "rigl"),
        (SparseMethod.SrSte, "sr-ste"),
    ];

    public static IReadOnlyList<string> Names { get; } = [.. s_names.Select(entry => entry.Name)];

    public static string Name(this SparseMethod method) => s_names.First(entry => entry.Method == method).Name;

    /// <exception cref="UserErrorException">No method has this name.</exception>
    public static SparseMethod Parse(string name, string? where = null)
    {
        foreach (var (method, known) in s_names)
        {
            if (string.Equals(known, name, StringComparison.OrdinalIgnoreCase))
                return method;
        }

        throw Suggestion.UnknownName("sparse method", name, [.. Names], where);
    }
}
