using SparseProf.Profiler.Kernels.Simd;

namespace SparseProf.Profiler.Kernels.Spmm;

/// <summary>
/// How a product is cut to fit the caches. Tokens go in panels of columns×tokens; the columns of a panel in strips that
/// stay in the first-level cache; the rows of W in chunks whose packed weights stay in the second.
/// </summary>
/// <param name="PanelTokens">Tokens of a panel.</param>
/// <param name="StripColumns">Columns of a strip.</param>
/// <param name="ChunkNonzeros">Values after which a chunk of rows ends.</param>
internal readonly record struct PanelLayout(int PanelTokens, int StripColumns, int ChunkNonzeros)
{
    /// <summary>Rows that a chunk never exceeds, so that its sums stay in the second-level cache too.</summary>
    public const int MaxChunkRows = 256;

    /// <summary>The first-level data cache of every processor with AVX2 holds at least this.</summary>
    private const int StripBytes = 32 * 1024;

    /// <summary>At six bytes a value, half of a 512 KB second-level cache.</summary>
    private const int MostChunkNonzeros = 40_000;

    /// <summary>Below this a chunk is over before its strip has paid for its way into the first-level cache.</summary>
    private const int LeastChunkNonzeros = 8_000;

    /// <summary>Chunks a thread, so that threads which share the rows end together.</summary>
    private const int ChunksPerThread = 4;

    public int Strips(int columns) => (columns + StripColumns - 1) / StripColumns;

    /// <summary>The layout for weights with that many columns and nonzeros.</summary>
    public static PanelLayout For(SimdLevel level, int columns, long nonzeros, int threads)
    {
        var tokens = PanelTokensOf(level);
        var most = StripBytes / (tokens * sizeof(float));
        var strips = (columns + most - 1) / most;
        var chunk = Math.Clamp(nonzeros / (ChunksPerThread * threads), LeastChunkNonzeros, MostChunkNonzeros);
        return new(tokens, (columns + strips - 1) / strips, (int)chunk);
    }

    /// <summary>Eight sums hide the latency of a multiply-add: four vectors of tokens for two weights, or two vectors for four weights where vectors are long.</summary>
    private static int PanelTokensOf(SimdLevel level) => level switch
    {
        SimdLevel.Avx512 => 2 * Avx512Simd.Width,
        SimdLevel.Avx2 => 4 * Avx2Simd.Width,
        _ => 4 * PortableSimd.Width,
    };
}
