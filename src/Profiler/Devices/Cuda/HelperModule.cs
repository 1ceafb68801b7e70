using SparseProf.Ops;
using SparseProf.Profiler.Devices.Cuda.Native.Driver;

namespace SparseProf.Profiler.Devices.Cuda;

/// <summary>The harness's kernels compiled for one GPU, with typed launches.</summary>
internal sealed class HelperModule : IDisposable
{
    private const uint Block = 256;
    private const uint StampBlock = 32;

    // Of kernels that move whole rows.
    private const ulong Word = 16;

    // Of the transposition, bytes a row and rows: what a block moves at a time.
    private const ulong TileWidth = 128;
    private const ulong TileRows = 64;

    private readonly CudaContext _context;
    private readonly nint _module;
    private readonly Dictionary<string, nint> _functions;
    private readonly uint _wide;

    public HelperModule(CudaContext context)
    {
        _context = context;
        var compiled = context.Toolkit.Nvrtc.Compile(HelperKernels.Source, "HelperKernels.cu", context.Architecture);
        _module = context.Driver.LoadModule(compiled.Image);
        _functions = HelperKernels.NamesFor(context.Architecture).ToDictionary(name => name, name => context.Driver.Function(_module, name));
        _wide = (uint)context.Multiprocessors * 8;
    }

    public void Empty() => Launch("sp_empty", 1, 1);

    /// <param name="flag">Mapped host word that lets the stream go on; <paramref name="gaveUp"/> becomes 1 where it waited too long.</param>
    public void Hold(ulong flag, ulong gaveUp, ulong limitNanoseconds) => Launch("sp_block", 1, 1, flag, gaveUp, limitNanoseconds);

    public void Burn(ulong nanoseconds, ulong sink) => Launch("sp_burn", (uint)_context.Multiprocessors * 4, Block, nanoseconds, sink);

    public void SpinOne(ulong nanoseconds, ulong sink) => Launch("sp_burn", 1, 1, nanoseconds, sink);

    /// <param name="slot">Device address of two 64-bit words: ns and cycles of SM 0.</param>
    public void Stamp(ulong slot) => Launch("sp_stamp", (uint)_context.Multiprocessors * 2, StampBlock, slot);

    public void Flush(CudaBuffer buffer, ulong sink) => Launch("sp_flush", _wide, Block, buffer.Address, buffer.Bytes / 16, sink);

    /// <summary>Normal numbers of standard deviation <paramref name="deviation"/>; int8 is rounded and clipped.</summary>
    public void Fill(ulong target, ulong count, DType dtype, uint seed, float deviation) =>
        Launch(FillName(dtype), _wide, Block, target, count, seed, BitConverter.SingleToUInt32Bits(deviation));

    /// <summary>Keeps the larger magnitude of each two neighbours of 32 bits, in place.</summary>
    public void PruneOneTwo(ulong target, ulong count) => Launch("sp_prune12_32", _wide, Block, target, count / 2);

    /// <summary>Keeps the two largest magnitudes of each four neighbours, in place.</summary>
    public void PruneTwoFour(ulong target, ulong count, DType dtype) =>
        Launch(
            dtype switch
            {
                DType.Fp32 or DType.Tf32 => "sp_prune24_32",
                DType.Bf16 or DType.Fp16 => "sp_prune24_16",
                DType.Fp8 => "sp_prune24_fp8",
                _ => "sp_prune24_int8",
            },
            _wide, Block, target, count / 4);

    /// <summary>out[r] = x[sources[r]] for rows of 16-byte words; a source of all bits set is none.</summary>
    public void Gather(ulong tokens, ulong sources, ulong result, ulong rows, ulong rowBytes) =>
        Launch("sp_gather", _wide, Block, tokens, sources, result, rows, rowBytes / Word);

    /// <summary>[rows, columns] becomes [columns, rows] elsewhere.</summary>
    /// <exception cref="NotSupportedException">Elements of neither two nor four bytes.</exception>
    public void Transpose(ulong source, ulong target, long rows, long columns, DType dtype)
    {
        var (name, size) = dtype.Size().Value switch
        {
            2 => ("sp_transpose_16", 2UL),
            4 => ("sp_transpose_32", 4UL),
            _ => throw new NotSupportedException($"no transposition of {dtype.Name()}: elements of 2 and 4 bytes are transposed"),
        };
        var tiles = Parts((ulong)rows, TileRows) * Parts((ulong)columns * size, TileWidth);
        Launch(name, (uint)Math.Min(tiles, _wide), Block, source, target, (ulong)rows, (ulong)columns);
    }

    /// <summary>y[t] = Σ gates[t, j] · results[places[t, j]] over the token's k choices.</summary>
    public void Combine(ulong results, ulong places, ulong gates, ulong y, ulong tokens, ulong choices, ulong rowBytes, DType dtype) =>
        Launch("sp_combine_" + dtype.Name(), _wide, Block, results, places, gates, y, tokens, choices, rowBytes / Word);

    /// <summary>The product in fp64 for chosen tokens: y[row, out] = x[rows[row]] · W[out]ᵀ.</summary>
    public void Reference(ulong weights, ulong tokens, ulong rows, uint rowCount, GemmShape shape, DType dtype, ulong result) =>
        Launch("sp_reference", _wide, Block, weights, tokens, rows, rowCount, (ulong)shape.N, (ulong)shape.K, ElementCode(dtype), result);

    public void Dispose() => _context.Driver.UnloadModule(_module);

    private static ulong Parts(ulong all, ulong part) => (all + part - 1) / part;

    private static string FillName(DType dtype) => "sp_fill_" + (dtype == DType.Tf32 ? DType.Fp32 : dtype).Name();

    private static ulong ElementCode(DType dtype) => dtype switch
    {
        DType.Bf16 => 1,
        DType.Fp16 => 2,
        DType.Int8 => 3,
        DType.Fp8 => 4,
        _ => 0,
    };

    private void Launch(string name, uint grid, uint block, params ReadOnlySpan<ulong> arguments) =>
        _context.Driver.LaunchKernel(_functions[name], grid, block, _context.Stream, arguments);
}
