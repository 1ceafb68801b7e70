using System.Runtime.InteropServices;
using SparseProf.Ops;
using SparseProf.Ops.Units;
using SparseProf.Profiler.Devices.Cuda.Native;
using SparseProf.Profiler.Kernels.Cuda;

namespace SparseProf.Profiler.Tests.Kernels.Cuda;

public sealed class StoredWeightsTests
{
    private const int Rows = 8;
    private const int Columns = 12;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(37)]
    [InlineData(95)]
    [InlineData(96)]
    public void Exactly_the_asked_number_of_the_largest_weights_is_kept(int count)
    {
        var weights = Weights();
        var kept = KeptWeights.Largest(weights, count);
        Assert.Equal(count, kept.Count(keep => keep));
        var smallestKept = weights.Where((_, i) => kept[i]).Select(Math.Abs).DefaultIfEmpty(float.MaxValue).Min();
        var largestDropped = weights.Where((_, i) => !kept[i]).Select(Math.Abs).DefaultIfEmpty(0).Max();
        // Classes of magnitudes are 2^-8 wide.
        Assert.True(smallestKept >= largestDropped * (1 - 1.0 / 128), $"{smallestKept} kept, {largestDropped} dropped");
    }

    [Fact]
    public void Ties_keep_the_earlier_weights() =>
        Assert.Equal([true, true, false, false], KeptWeights.Largest([1f, -1f, 1f, 1f], 2));

    [Fact]
    public void Every_row_of_blocks_keeps_the_same_number_of_blocks()
    {
        var kept = KeptWeights.OfBlocks(Weights(), Rows, Columns, new SparsityPattern.Block(4, 4, new Fraction(0.67)));
        for (var top = 0; top < Rows; top += 4)
            Assert.Equal(2 * 16, kept[(top * Columns)..((top + 4) * Columns)].Count(keep => keep));
    }

    [Theory]
    [InlineData(4)]
    [InlineData(2)]
    public void What_a_mask_dropped_is_no_nonzero_though_its_sign_is_left(int size)
    {
        var kept = KeptWeights.OfBlocks(Weights(), Rows, Columns, new SparsityPattern.Block(4, 4, new Fraction(0.34)));
        var dense = Weights().Zip(kept, (weight, keep) => weight * (keep ? 1 : 0)).ToArray();
        Assert.Contains(dense, weight => weight == 0 && float.IsNegative(weight));
        var bytes = size == sizeof(float) ? Bytes(dense) : MemoryMarshal.AsBytes<ushort>(Array.ConvertAll(dense, weight => (ushort)(BitConverter.SingleToUInt32Bits(weight) >> 16))).ToArray();
        Assert.Equal(kept.Count(keep => keep), StoredWeights.Csr(bytes, Rows, Columns, size).Columns.Length);
        Assert.Equal(kept.Count(keep => keep) / 16, StoredWeights.Bsr(bytes, Rows, Columns, size, 4).Columns.Length);
        Assert.Equal(kept.Count(keep => keep) / 16, StoredWeights.BlockedEll(bytes, Rows, Columns, size, 4).Columns.Count(column => column >= 0));
    }

    [Fact]
    public void Csr_holds_the_nonzeros_of_each_row()
    {
        var dense = Pruned(KeptWeights.Largest(Weights(), 30));
        var stored = StoredWeights.Csr(Bytes(dense), Rows, Columns, sizeof(float));
        var values = MemoryMarshal.Cast<byte, float>(stored.Values);
        Assert.Equal(30, values.Length);
        var rebuilt = new float[dense.Length];
        for (var row = 0; row < Rows; row++)
        {
            for (var at = stored.RowOffsets[row]; at < stored.RowOffsets[row + 1]; at++)
                rebuilt[row * Columns + stored.Columns[at]] = values[at];
        }

        Assert.Equal(dense, rebuilt);
        Assert.True(stored.RowVariation > 0);
    }

    [Fact]
    public void Bsr_and_blocked_ell_hold_the_same_matrix()
    {
        var dense = Pruned(KeptWeights.OfBlocks(Weights(), Rows, Columns, new SparsityPattern.Block(4, 4, new Fraction(0.67))));
        var bsr = StoredWeights.Bsr(Bytes(dense), Rows, Columns, sizeof(float), 4);
        var ell = StoredWeights.BlockedEll(Bytes(dense), Rows, Columns, sizeof(float), 4);
        Assert.Equal(bsr.Columns, ell.Columns);
        Assert.Equal([0, 2, 4], bsr.RowOffsets);
        var (bsrValues, ellValues) = (MemoryMarshal.Cast<byte, float>(bsr.Values).ToArray(), MemoryMarshal.Cast<byte, float>(ell.Values).ToArray());
        for (var block = 0; block < bsr.Columns.Length; block++)
        {
            for (var row = 0; row < 4; row++)
            {
                var fromDense = dense.AsSpan((block / 2 * 4 + row) * Columns + bsr.Columns[block] * 4, 4);
                Assert.Equal(fromDense, bsrValues.AsSpan(block * 16 + row * 4, 4));
                Assert.Equal(fromDense, ellValues.AsSpan(block / 2 * 32 + row * 8 + block % 2 * 4, 4));
            }
        }
    }

    [Fact]
    public void Results_of_every_type_become_floats()
    {
        Assert.Equal([1.5f, -2f], OutputTypes.ToFloats([0xC0, 0x3F, 0x00, 0xC0], CudaDataType.Bf16));
        Assert.Equal([1.5f], OutputTypes.ToFloats([0x00, 0x3E], CudaDataType.Fp16));
        Assert.Equal([-7f], OutputTypes.ToFloats([0xF9, 0xFF, 0xFF, 0xFF], CudaDataType.Int32));
        Assert.True(float.IsNaN(OutputTypes.ToFloats([0xFF, 0xFF], CudaDataType.Bf16)[0]));
    }

    [Theory]
    [InlineData(64, 64, 64, DType.Bf16, null)]
    [InlineData(64, 24, 64, DType.Bf16, "bf16 weights need sides that are multiples of 16")]
    [InlineData(60, 64, 64, DType.Bf16, "bf16 needs a number of tokens that is a multiple of 8")]
    [InlineData(64, 48, 64, DType.Int8, "int8 weights need sides that are multiples of 32")]
    public void Sizes_that_sparse_tensor_cores_refuse_are_named(long m, long n, long k, DType dtype, string? misfit) =>
        Assert.Equal(misfit, CusparseLtKernel.SizeMisfit(new GemmShape(m, n, k), dtype));

    [Fact]
    public void Tokens_to_check_are_spread_over_all()
    {
        Assert.Equal([0u], CudaReference.SpreadTokens(1));
        Assert.Equal([0u, 1u, 2u], CudaReference.SpreadTokens(3));
        var many = CudaReference.SpreadTokens(8192);
        Assert.Equal(64, many.Distinct().Count());
        Assert.Equal((0u, 8191u), (many[0], many[^1]));
    }

    private static float[] Weights()
    {
        var random = new Random(7);
        return [.. Enumerable.Range(0, Rows * Columns).Select(_ => (float)(random.NextDouble() - 0.5) + 1e-3f)];
    }

    private static float[] Pruned(bool[] kept) => [.. Weights().Select((weight, i) => kept[i] ? weight : 0)];

    private static byte[] Bytes(float[] weights) => MemoryMarshal.AsBytes(weights.AsSpan()).ToArray();
}
