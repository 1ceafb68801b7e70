using SparseProf.Ops;
using SparseProf.Profiler.Devices.Cuda;
using SparseProf.Profiler.Kernels.Checking;

namespace SparseProf.Profiler.Kernels.Cuda;

/// <summary>Compares a result with a product in fp64 of the same stored operands, computed by the slow and obvious kernel.</summary>
internal static class CudaReference
{
    private const int CheckedTokens = 64;

    /// <summary>Up to 64 tokens of one copy; runs on the CUDA thread.</summary>
    public static Correctness Compare(CudaDevice device, GemmOperands operands, int copy) => Compare(
        device, operands.Op.Shape, operands.Op.DType, operands.Weights(copy), operands.Tokens(copy), token => operands.ReadResultRow(copy, token));

    /// <summary>Up to 64 tokens of a product of operands at these device addresses; runs on the CUDA thread.</summary>
    public static Correctness Compare(CudaDevice device, GemmShape shape, DType dtype, ulong weights, ulong tokens, Func<uint, byte[]> resultRow)
    {
        var context = device.Context;
        var chosen = SpreadTokens(shape.M);
        using var rows = context.Allocate((ulong)chosen.Length * sizeof(uint));
        using var reference = context.Allocate((ulong)(chosen.Length * shape.N * sizeof(double)));
        rows.CopyFrom<uint>(chosen);
        device.Helpers.Reference(weights, tokens, rows.Address, (uint)chosen.Length, shape, dtype, reference.Address);
        context.Synchronize();
        var expected = reference.ToArray<double>(chosen.Length * (int)shape.N);
        float[] found = [.. chosen.SelectMany(token => OutputTypes.ToFloats(resultRow(token), OutputTypes.Of(dtype)))];
        return ResultCheck.Compare(found, expected, OutputTypes.Tolerance(dtype));
    }

    /// <summary>First, last and evenly between.</summary>
    internal static uint[] SpreadTokens(long count)
    {
        var chosen = (int)Math.Min(count, CheckedTokens);
        return [.. Enumerable.Range(0, chosen).Select(i => (uint)(chosen == 1 ? 0 : i * (count - 1) / (chosen - 1)))];
    }
}
