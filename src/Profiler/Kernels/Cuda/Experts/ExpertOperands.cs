using SparseProf.Ops;
using SparseProf.Ops.Units;
using SparseProf.Profiler.Devices.Cuda;

namespace SparseProf.Profiler.Kernels.Cuda.Experts;

/// <summary>
/// Device memory of a mixture's experts: h = x · W1ᵀ and y = h · W2ᵀ for the tokens of each expert, gathered before and
/// combined after. A single expert takes all tokens as they lie.
/// </summary>
internal sealed class ExpertOperands : IDisposable
{
    private const int Alignment = 256;
    private const uint TokenSeed = 0x51ed;

    private readonly CudaDevice _device;
    private readonly List<CudaBuffer> _owned = [];
    private readonly CudaBuffer _tokens;
    private readonly CudaBuffer _gathered;
    private readonly CudaBuffer _hidden;
    private readonly CudaBuffer _results;
    private readonly CudaBuffer _combined;
    private readonly CudaBuffer _up;
    private readonly CudaBuffer _down;
    private readonly CudaBuffer _sources;
    private readonly CudaBuffer _places;
    private readonly CudaBuffer _gates;

    public ExpertOperands(CudaDevice device, MoeFfn op, int seed)
    {
        _device = device;
        Op = op;
        Placement = new ExpertPlacement(op.Load.TokensOf(op.Routing, op.Tokens, seed), op.Tokens, op.Routing.TopK, AlignedRows(op), seed);
        var (rows, tokens, weights) = ((ulong)Placement.Rows, (ulong)op.Tokens, (ulong)(op.Routing.Experts * op.Width * op.ExpertWidth));
        try
        {
            _up = Allocate(weights * Element);
            _down = Allocate(weights * Element);
            _tokens = Allocate(tokens * RowBytes);
            _gathered = Allocate(rows * RowBytes);
            _hidden = Allocate(rows * HiddenBytes);
            _results = Allocate(rows * RowBytes);
            _combined = Allocate(tokens * RowBytes);
            _sources = Allocate(rows * sizeof(uint));
            _places = Allocate((ulong)Placement.Places.Length * sizeof(uint));
            _gates = Allocate((ulong)Placement.Places.Length * sizeof(float));
        }
        catch
        {
            Dispose();
            throw;
        }

        Fill(seed, weights);
    }

    public MoeFfn Op { get; }

    public ExpertPlacement Placement { get; }

    public bool Permutes => Op.Routing.Experts > 1;

    public Bytes Bytes => new(_owned.Sum(buffer => (double)buffer.Bytes));

    private ulong Element => (ulong)Op.DType.Size().Value;

    private ulong RowBytes => (ulong)Op.Width * Element;

    private ulong HiddenBytes => (ulong)Op.ExpertWidth * Element;

    /// <summary>Experts that have tokens.</summary>
    public IEnumerable<int> Busy => Enumerable.Range(0, Op.Routing.Experts).Where(expert => Placement.Loads[expert] > 0);

    /// <summary>The first product of an expert, then its second.</summary>
    public ExpertProduct Product(int expert, bool down)
    {
        var row = (ulong)Placement.Starts[expert];
        var weights = (ulong)expert * (ulong)(Op.Width * Op.ExpertWidth) * Element;
        var tokens = Placement.Loads[expert];
        var input = Permutes ? _gathered.Address : _tokens.Address;
        return down
            ? new(new GemmShape(tokens, Op.Width, Op.ExpertWidth), _down.Address + weights, _hidden.Address + row * HiddenBytes, _results.Address + row * RowBytes)
            : new(new GemmShape(tokens, Op.ExpertWidth, Op.Width), _up.Address + weights, input + row * RowBytes, _hidden.Address + row * HiddenBytes);
    }

    public void Gather() => _device.Helpers.Gather(_tokens.Address, _sources.Address, _gathered.Address, (ulong)Placement.Rows, RowBytes);

    public void Combine() => _device.Helpers.Combine(
        _results.Address, _places.Address, _gates.Address, _combined.Address, (ulong)Op.Tokens, (ulong)Op.Routing.TopK, RowBytes, Op.DType);

    /// <summary>All bits set is NaN.</summary>
    public void Spoil()
    {
        foreach (var buffer in new[] { _gathered, _hidden, _combined })
            _device.Context.Driver.Fill(buffer.Address, uint.MaxValue, buffer.Bytes / 4, _device.Context.Stream);
    }

    public float[] Row(Rows of, long row) => OutputTypes.ToFloats(RowOf(of, row), OutputTypes.Of(Op.DType));

    public byte[] RowOf(Rows of, long row)
    {
        var (buffer, bytes) = of switch
        {
            Rows.Tokens => (_tokens, RowBytes),
            Rows.Gathered => (_gathered, RowBytes),
            Rows.Hidden => (_hidden, HiddenBytes),
            Rows.Results => (_results, RowBytes),
            _ => (_combined, RowBytes),
        };
        return buffer.ToArray<byte>((int)bytes, (ulong)row * bytes);
    }

    public void Dispose()
    {
        foreach (var buffer in _owned)
            buffer.Dispose();
    }

    // Rows after which both widths come to a multiple of what libraries like best.
    private static int AlignedRows(MoeFfn op) => Math.Max(RowsFor(op.Width * op.DType.Size().Value), RowsFor(op.ExpertWidth * op.DType.Size().Value));

    private static int RowsFor(double bytes)
    {
        var rows = 1;
        while (rows < Alignment && rows * bytes % Alignment != 0)
            rows *= 2;
        return rows;
    }

    private CudaBuffer Allocate(ulong bytes)
    {
        var buffer = _device.Context.Allocate(bytes);
        _owned.Add(buffer);
        return buffer;
    }

    private void Fill(int seed, ulong weights)
    {
        var helpers = _device.Helpers;
        helpers.Fill(_up.Address, weights, Op.DType, (uint)seed, (float)(1 / Math.Sqrt(Op.Width)));
        helpers.Fill(_down.Address, weights, Op.DType, (uint)seed + 1, (float)(1 / Math.Sqrt(Op.ExpertWidth)));
        helpers.Fill(_tokens.Address, (ulong)(Op.Tokens * Op.Width), Op.DType, (uint)seed + TokenSeed, 1);
        // Where no product writes them, results are numbers all the same.
        helpers.Fill(_results.Address, (ulong)(Placement.Rows * Op.Width), Op.DType, (uint)seed + TokenSeed + 1, 1);
        _sources.CopyFrom<uint>(Placement.Sources);
        _places.CopyFrom<uint>(Placement.Places);
        _gates.CopyFrom<float>([.. Enumerable.Repeat(Gate, Placement.Places.Length)]);
        _device.Context.Synchronize();
    }

    /// <summary>Of every choice: a token's gates add up to one.</summary>
    public float Gate => 1f / Op.Routing.TopK;

    public enum Rows
    {
        Tokens,
        Gathered,
        Hidden,
        Results,
        Combined,
    }
}

/// <summary>One expert's y = x · Wᵀ, its operands by device address.</summary>
internal readonly record struct ExpertProduct(GemmShape Shape, ulong Weights, ulong Tokens, ulong Result);
