using SparseProf.Profiler.Devices.Cuda;
using SparseProf.Profiler.Kernels.Checking;

namespace SparseProf.Profiler.Kernels.Cuda;

/// <summary>Compares a result with a product in fp64 of the same stored operands, computed by the slow and obvious kernel.</summary>
internal static class CudaReference
{
    private const int CheckedTokens = 64;

    /// <summary>Up to 64 tokens of one copy; runs on the CUDA thread.</summary>
    public static Correctness Compare(CudaDevice device, GemmOperands operands, int copy)
    {
        var context = device.Context;
        var (shape, dtype) = (operands.Op.Shape, operands.Op.DType);
        var tokens = SpreadTokens(shape.M);
        using var rows = context.Allocate((ulong)tokens.Length * sizeof(uint));
        using var reference = context.Allocate((ulong)(tokens.Length * shape.N * sizeof(double)));
        rows.CopyFrom<uint>(tokens);
        device.Helpers.Reference(operands.Weights(copy), operands.Tokens(copy), rows.Address, (uint)tokens.Length, shape, dtype, reference.Address);
        context.Synchronize();
        var expected = reference.ToArray<double>(tokens.Length * (int)shape.N);
        return ResultCheck.Compare(ResultOf(operands, copy, tokens), expected, OutputTypes.Tolerance(dtype));
    }

    /// <summary>First, last and evenly between.</summary>
    internal static uint[] SpreadTokens(long count)
    {
        var chosen = (int)Math.Min(count, CheckedTokens);
        return [.. Enumerable.Range(0, chosen).Select(i => (uint)(chosen == 1 ? 0 : i * (count - 1) / (chosen - 1)))];
    }

    private static float[] ResultOf(GemmOperands operands, int copy, uint[] tokens) =>
        [.. tokens.SelectMany(token => OutputTypes.ToFloats(operands.ReadResultRow(copy, token), OutputTypes.Of(operands.Op.DType)))];
}
