using System.Globalization;
using SparseProf.Ops.Errors;
using SparseProf.Ops.Units;

namespace SparseProf.Ops;

/// <summary>Reads what <see cref="SparsityPattern.Text"/> writes.</summary>
public static class SparsityPatternText
{
    public const string Allowed = "dense, N:M (2:4), block:ROWSxCOLUMNS@DENSITY (block:32x32@0.2), csr@DENSITY (csr@0.1); 0 < density <= 1";

    /// <exception cref="UserErrorException">The text is no pattern; the message says which forms are.</exception>
    public static SparsityPattern Parse(string text, string? where = null) =>
        TryParse(text.Trim()) ?? throw new UserErrorException(ErrorKind.WrongUsage, $"'{text}' is not a sparsity pattern")
        {
            Where = where,
            Allowed = Allowed,
        };

    private static SparsityPattern? TryParse(string text)
    {
        if (string.Equals(text, "dense", StringComparison.OrdinalIgnoreCase))
            return SparsityPattern.Dense.Instance;
        if (text.StartsWith("csr@", StringComparison.OrdinalIgnoreCase))
            return Density(text[4..]) is { } kept ? new SparsityPattern.Unstructured(kept) : null;
        if (text.StartsWith("block:", StringComparison.OrdinalIgnoreCase))
            return Block(text[6..]);
        return Pair(text, ':') is var (n, m) && n > 0 && n < m ? new SparsityPattern.NofM(n, m) : null;
    }

    private static SparsityPattern.Block? Block(string text)
    {
        var at = text.IndexOf('@', StringComparison.Ordinal);
        return at > 0 && Pair(text[..at], 'x') is var (rows, columns) && rows > 0 && columns > 0 && Density(text[(at + 1)..]) is { } density
            ? new SparsityPattern.Block(rows, columns, density)
            : null;
    }

    private static (int First, int Second)? Pair(string text, char separator)
    {
        var parts = text.Split(separator);
        return parts.Length == 2
            && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var first)
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var second)
                ? (first, second)
                : null;
    }

    private static Fraction? Density(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value is > 0 and <= 1
            ? new Fraction(value)
            : null;
}
