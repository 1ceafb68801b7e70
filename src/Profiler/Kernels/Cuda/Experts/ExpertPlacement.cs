using SparseProf.Ops.Statistics;

namespace SparseProf.Profiler.Kernels.Cuda.Experts;

/// <summary>
/// Where each choice of each token lies among the rows of the experts: the rows of one expert follow each other in the
/// order of its tokens, and each expert begins at a multiple of some rows, so that its operands are aligned.
/// </summary>
internal sealed class ExpertPlacement
{
    /// <summary>The source of a row of padding.</summary>
    public const uint None = uint.MaxValue;

    /// <param name="loads">Tokens of each expert, none above <paramref name="tokens"/>, <paramref name="topK"/> · tokens in all.</param>
    public ExpertPlacement(IReadOnlyList<long> loads, long tokens, int topK, int aligned, int seed)
    {
        Loads = loads;
        Starts = new long[loads.Count];
        long rows = 0;
        for (var expert = 0; expert < loads.Count; expert++)
        {
            Starts[expert] = rows;
            rows += (loads[expert] + aligned - 1) / aligned * aligned;
        }

        Sources = new uint[rows];
        Array.Fill(Sources, None);
        Places = new uint[tokens * topK];
        Place(Choices(tokens, topK, seed), topK);
    }

    public IReadOnlyList<long> Loads { get; }

    /// <summary>First row of each expert.</summary>
    public long[] Starts { get; }

    /// <summary>The token that each row is a copy of.</summary>
    public uint[] Sources { get; }

    /// <summary>The row of each choice: token · k + rank.</summary>
    public uint[] Places { get; }

    public long Rows => Sources.Length;

    // Experts one after the other fill a table of k rows and a column for each token, so that no token meets one twice;
    // then the columns are shuffled.
    private int[][] Choices(long tokens, int topK, int seed)
    {
        var columns = Enumerable.Range(0, (int)tokens).Select(_ => new int[topK]).ToArray();
        long slot = 0;
        for (var expert = 0; expert < Loads.Count; expert++)
        {
            for (long i = 0; i < Loads[expert]; i++, slot++)
                columns[slot % tokens][slot / tokens] = expert;
        }

        var random = new SplitMix64(seed, tokens);
        for (var i = columns.Length - 1; i > 0; i--)
        {
            var other = random.NextIndex(i + 1);
            (columns[i], columns[other]) = (columns[other], columns[i]);
        }

        return columns;
    }

    private void Place(int[][] choices, int topK)
    {
        var next = Starts.ToArray();
        for (var token = 0; token < choices.Length; token++)
        {
            for (var rank = 0; rank < topK; rank++)
            {
                var row = next[choices[token][rank]]++;
                Sources[row] = (uint)token;
                Places[token * topK + rank] = (uint)row;
            }
        }
    }
}
