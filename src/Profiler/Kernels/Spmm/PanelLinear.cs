using SparseProf.Profiler.Kernels.Memory;
using SparseProf.Profiler.Kernels.Simd;
using SparseProf.Profiler.Kernels.Threading;

namespace SparseProf.Profiler.Kernels.Spmm;

/// <summary>A linear layer whose weights are any list of nonzeros: CSR and 2:4.</summary>
internal sealed unsafe class PanelLinear : PanelProduct, ISparseLinear
{
    private readonly AlignedBuffer<float>? _bias;
    private float* _x;
    private float* _y;

    public PanelLinear(string format, PackedWeights weights, ReadOnlySpan<float> bias, SimdLevel level, WorkerTeam team)
        : base(weights, level, team)
    {
        Name = $"{format}.{level.Name()}";
        if (!bias.IsEmpty)
        {
            _bias = new(bias.Length);
            bias.CopyTo(_bias.Span);
        }
    }

    public int Outputs => Weights.Rows;

    public int Inputs => Weights.Columns;

    public string Name { get; }

    public void Run(float* x, long tokens, float* y)
    {
        _x = x;
        _y = y;
        Multiply(tokens);
    }

    protected override void PackPanel(long panel, float* target)
    {
        var tokens = TokensIn(panel);
        Transposition.Copy(_x + panel * PanelTokens * Inputs, Inputs, target, PanelTokens, tokens, Inputs, null, Level);
        // What an earlier, fuller panel left here must not turn up as NaN or infinity that slows the sums nobody reads.
        for (var column = 0; tokens < PanelTokens && column < Inputs; column++)
            new Span<float>(target + column * PanelTokens + tokens, PanelTokens - tokens).Clear();
    }

    protected override void WriteSums(long panel, Chunk chunk, float* sums) =>
        Transposition.Copy(
            sums,
            PanelTokens,
            _y + panel * PanelTokens * Outputs + chunk.FirstRow,
            Outputs,
            chunk.RowCount,
            TokensIn(panel),
            _bias is null ? null : _bias.Pointer + chunk.FirstRow,
            Level);

    public override void Dispose()
    {
        base.Dispose();
        _bias?.Dispose();
    }
}
