using SparseProf.Ops.Units;

namespace SparseProf.Ops;

public static class SparsityPatternFit
{
    /// <summary>
    /// The pattern with the nearest density that W[rows, columns] can have exactly: whole blocks, whole weights. Two
    /// shapes may so get slightly different densities of what was asked for as one.
    /// </summary>
    /// <exception cref="ArgumentException">The shape cannot carry the pattern at all.</exception>
    public static SparsityPattern FitTo(this SparsityPattern pattern, long rows, long columns)
    {
        if (pattern.Misfit(rows, columns) is { } misfit)
            throw new ArgumentException($"{pattern} does not fit: {misfit}", nameof(pattern));
        return pattern switch
        {
            SparsityPattern.Block block => new SparsityPattern.Block(
                block.Rows, block.Columns, Nearest(block.Density, rows / block.Rows * (columns / block.Columns))),
            SparsityPattern.Unstructured unstructured => new SparsityPattern.Unstructured(Nearest(unstructured.Density, rows * columns)),
            _ => pattern,
        };
    }

    // At least one of the parts is kept.
    private static Fraction Nearest(Fraction density, long parts) => new(Math.Max(1, Math.Round(density.Value * parts)) / parts);
}
