using SparseProf.Profiler.Kernels.Memory;
using SparseProf.Profiler.Kernels.Simd;
using SparseProf.Profiler.Kernels.Threading;

namespace SparseProf.Profiler.Kernels.Spmm;

/// <summary>
/// Packed weights times token panels, on a team of threads. Where there are enough panels each thread packs and
/// multiplies its own, and panels never leave its cache; otherwise the threads pack all panels, then share the rows.
/// </summary>
internal abstract unsafe class PanelProduct : IDisposable
{
    /// <summary>Half of a 512 KB second-level cache; the other half is for weights.</summary>
    private const int GroupBytes = 256 * 1024;

    private readonly WorkerTeam _team;
    private readonly AlignedBuffer<float> _sums;
    private readonly PanelKernels _kernels;
    private readonly PanelGroups _panelGroups;
    private readonly Packing _packing;
    private readonly ChunkSharing _chunkSharing;
    private AlignedBuffer<float> _panels = new(0);

    protected PanelProduct(PackedWeights weights, SimdLevel level, WorkerTeam team)
    {
        Weights = weights;
        Level = level;
        _team = team;
        _sums = new((long)team.Threads * weights.MaxChunkRows * PanelTokens);
        _kernels = new(level);
        (_panelGroups, _packing, _chunkSharing) = (new(this), new(this), new(this));
    }

    protected PackedWeights Weights { get; }

    protected SimdLevel Level { get; }

    protected int PanelTokens => Weights.Layout.PanelTokens;

    protected long Tokens { get; private set; }

    /// <summary>Tokens of a panel: all but the last are full.</summary>
    protected int TokensIn(long panel) => (int)Math.Min(PanelTokens, Tokens - panel * PanelTokens);

    private long PanelFloats => (long)Weights.Columns * PanelTokens;

    /// <summary>Fills columns×<see cref="PanelTokens"/> floats; places past the last token may hold anything finite.</summary>
    protected abstract void PackPanel(long panel, float* target);

    /// <summary>Brings the finished sums of a chunk, rows×<see cref="PanelTokens"/>, to where they belong.</summary>
    protected abstract void WriteSums(long panel, Chunk chunk, float* sums);

    /// <summary>Multiplies that many tokens.</summary>
    protected void Multiply(long tokens)
    {
        Tokens = tokens;
        var panels = (tokens + PanelTokens - 1) / PanelTokens;
        if (panels % _team.Threads == 0 || panels >= 4L * _team.Threads)
        {
            _panelGroups.Prepare(panels);
            _team.Run(_panelGroups);
        }
        else
        {
            _packing.Prepare(panels);
            _team.Run(_packing);
            _chunkSharing.Panels = panels;
            _team.Run(_chunkSharing);
        }
    }

    public virtual void Dispose()
    {
        Weights.Dispose();
        _sums.Dispose();
        _panels.Dispose();
    }

    private void Multiply(Chunk chunk, long panel, float* packed, int worker)
    {
        var sums = _sums.Pointer + (long)worker * Weights.MaxChunkRows * PanelTokens;
        var kernel = TokensIn(panel) * 2 <= PanelTokens ? _kernels.Half : _kernels.Full;
        for (var strip = 0; strip < chunk.Pieces.Length; strip++)
            kernel(Weights.View(chunk.Pieces[strip]), packed + (long)strip * Weights.Layout.StripColumns * PanelTokens, sums, strip == 0);
        WriteSums(panel, chunk, sums);
    }

    private void ReservePanels(long panels)
    {
        if (_panels.Length >= panels * PanelFloats)
            return;
        _panels.Dispose();
        _panels = new(panels * PanelFloats);
    }

    /// <summary>Each thread takes a few panels at a time, packs them, and multiplies each chunk of rows with all of them.</summary>
    private sealed class PanelGroups(PanelProduct product) : ParallelWork
    {
        private long _panels;
        private int _group;

        public void Prepare(long panels)
        {
            var fitting = Math.Max(1, GroupBytes / (product.PanelFloats * sizeof(float)));
            _panels = panels;
            _group = (int)Math.Min(fitting, (panels + product._team.Threads - 1) / product._team.Threads);
            product.ReservePanels((long)_group * product._team.Threads);
        }

        protected internal override void Execute(int worker)
        {
            var packed = product._panels.Pointer + (long)worker * _group * product.PanelFloats;
            while ((long)TakeNext() * _group is var first && first < _panels)
            {
                var count = (int)Math.Min(_group, _panels - first);
                for (var i = 0; i < count; i++)
                    product.PackPanel(first + i, packed + i * product.PanelFloats);
                foreach (var chunk in product.Weights.Chunks)
                {
                    for (var i = 0; i < count; i++)
                        product.Multiply(chunk, first + i, packed + i * product.PanelFloats, worker);
                }
            }
        }
    }

    private sealed class Packing(PanelProduct product) : ParallelWork
    {
        private long _panels;

        public void Prepare(long panels)
        {
            _panels = panels;
            product.ReservePanels(panels);
        }

        protected internal override void Execute(int worker)
        {
            while (TakeNext() is var panel && panel < _panels)
                product.PackPanel(panel, product._panels.Pointer + panel * product.PanelFloats);
        }
    }

    private sealed class ChunkSharing(PanelProduct product) : ParallelWork
    {
        public long Panels { get; set; }

        protected internal override void Execute(int worker)
        {
            while (TakeNext() is var chunk && chunk < product.Weights.Chunks.Length)
            {
                for (long panel = 0; panel < Panels; panel++)
                    product.Multiply(product.Weights.Chunks[chunk], panel, product._panels.Pointer + panel * product.PanelFloats, worker);
            }
        }
    }
}
