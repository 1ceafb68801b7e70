using SparseProf.Ops.Units;

namespace SparseProf.Ops;

/// <summary>
/// Which weights of a matrix W[rows, columns] may be nonzero. The hierarchy is closed: dense, N:M, block, unstructured.
/// A mixture of experts is not a pattern; <see cref="Routing"/> composes with one.
/// </summary>
public abstract record SparsityPattern
{
    private const int IndexBytes = 4;

    private static readonly SparsityPattern s_oneTwo = new NofM(1, 2);

    private SparsityPattern()
    {
    }

    public static SparsityPattern TwoFour { get; } = new NofM(2, 4);

    /// <summary>What sparse tensor cores skip half of the work for: 2:4, and 1:2 where elements have 32 bits.</summary>
    public static SparsityPattern OfSparseTensorCores(DType dtype) => dtype is DType.Tf32 or DType.Fp32 ? s_oneTwo : TwoFour;

    /// <summary>Share of weights that are kept.</summary>
    public abstract Fraction Density { get; }

    public Fraction Sparsity => Density.Complement;

    /// <summary>What is stored besides the kept values, for W[rows, columns].</summary>
    public abstract Bytes IndexOverhead(long rows, long columns);

    /// <summary>Why W[rows, columns] cannot carry this pattern, or null where it can.</summary>
    public abstract string? Misfit(long rows, long columns);

    /// <summary>The canonical text: <c>dense</c>, <c>2:4</c>, <c>block:32x32@0.2</c>, <c>csr@0.1</c> (the number is the density).</summary>
    public sealed override string ToString() => Text;

    public abstract string Text { get; }

    /// <summary>Kept weights of W[rows, columns].</summary>
    public virtual long Nonzeros(long rows, long columns) => (long)Math.Round(rows * columns * Density.Value);

    /// <summary>Kept values and their index for W[rows, columns].</summary>
    public Bytes StoredBytes(long rows, long columns, DType dtype) =>
        Nonzeros(rows, columns) * dtype.Size() + IndexOverhead(rows, columns);

    /// <summary>Every weight.</summary>
    public sealed record Dense : SparsityPattern
    {
        public static Dense Instance { get; } = new();

        public override Fraction Density => Fraction.One;

        public override string Text => "dense";

        public override Bytes IndexOverhead(long rows, long columns) => new(0);

        public override string? Misfit(long rows, long columns) => null;
    }

    /// <summary>At most N nonzeros in each group of M consecutive weights of a row.</summary>
    public sealed record NofM : SparsityPattern
    {
        /// <exception cref="ArgumentOutOfRangeException">Not 0 &lt; n &lt; m.</exception>
        public NofM(int n, int m)
        {
            if (n <= 0 || n >= m)
                throw new ArgumentOutOfRangeException(nameof(n), $"{n}:{m}", "N:M needs 0 < N < M");
            N = n;
            M = m;
        }

        public int N { get; }

        public int M { get; }

        public override Fraction Density => new((double)N / M);

        public override string Text => $"{N}:{M}";

        /// <summary>log2(M) bits for each kept value: two for 2:4.</summary>
        public override Bytes IndexOverhead(long rows, long columns) =>
            new(Math.Ceiling(Nonzeros(rows, columns) * Math.Ceiling(Math.Log2(M)) / 8));

        public override string? Misfit(long rows, long columns) =>
            columns % M == 0 ? null : $"{columns} columns are not a multiple of {M}";
    }

    /// <summary>Whole blocks of R×C weights kept or dropped; stored as BSR.</summary>
    public sealed record Block : SparsityPattern
    {
        /// <exception cref="ArgumentOutOfRangeException">A block side below 1.</exception>
        public Block(int rows, int columns, Fraction density)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
            ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
            Rows = rows;
            Columns = columns;
            Density = density;
        }

        public int Rows { get; }

        public int Columns { get; }

        public override Fraction Density { get; }

        public override string Text => $"block:{Rows}x{Columns}@{Density.Value:0.######}";

        public override Bytes IndexOverhead(long rows, long columns)
        {
            var blockRows = (rows + Rows - 1) / Rows;
            var blockColumns = (columns + Columns - 1) / Columns;
            return new((blockRows + 1 + Math.Round(blockRows * blockColumns * Density.Value)) * IndexBytes);
        }

        public override string? Misfit(long rows, long columns) =>
            rows % Rows == 0 && columns % Columns == 0 ? null : $"{rows}x{columns} is not made of {Rows}x{Columns} blocks";
    }

    /// <summary>Any weight; stored as CSR.</summary>
    public sealed record Unstructured(Fraction Kept) : SparsityPattern
    {
        public override Fraction Density => Kept;

        public override string Text => $"csr@{Kept.Value:0.######}";

        public override Bytes IndexOverhead(long rows, long columns) =>
            new((rows + 1.0 + Nonzeros(rows, columns)) * IndexBytes);

        public override string? Misfit(long rows, long columns) => null;
    }
}
