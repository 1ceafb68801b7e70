using System.Runtime.InteropServices;
using SparseProf.Ops;
using SparseProf.Profiler.Devices.Cuda;
using SparseProf.Profiler.Kernels.Formats;

namespace SparseProf.Profiler.Kernels.Cuda;

/// <summary>Prunes the weights of every copy by magnitude, in place: for sparse tensor cores on the GPU, other patterns on the host.</summary>
internal static class WeightPruning
{
    public static void Apply(CudaDevice device, GemmOperands operands, SparsityPattern pattern)
    {
        switch (pattern)
        {
            case SparsityPattern.Dense:
                return;
            case SparsityPattern.NofM { N: 2, M: 4 }:
                device.Helpers.PruneTwoFour(operands.Weights(0), operands.WeightCount, operands.Op.DType);
                break;
            case SparsityPattern.NofM { N: 1, M: 2 } when operands.Op.DType is DType.Tf32 or DType.Fp32:
                device.Helpers.PruneOneTwo(operands.Weights(0), operands.WeightCount);
                break;
            case SparsityPattern.NofM:
                throw new NotSupportedException($"{operands.Op.DType.Name()} weights are pruned {SparsityPattern.OfSparseTensorCores(operands.Op.DType)} on a GPU, not {pattern}");
            default:
                operands.WriteWeights(Pruned(operands, pattern));
                break;
        }

        operands.SpreadFirstCopy();
    }

    private static byte[] Pruned(GemmOperands operands, SparsityPattern pattern)
    {
        var bytes = operands.ReadWeights();
        var floats = OutputTypes.ToFloats(bytes, Devices.Cuda.Native.CudaDataTypes.Storage(operands.Op.DType));
        var kept = pattern is SparsityPattern.Block block
            ? KeptWeights.OfBlocks(floats, (int)operands.Op.Shape.N, (int)operands.Op.Shape.K, block)
            : KeptWeights.Largest(floats, pattern.Nonzeros(operands.Op.Shape.N, operands.Op.Shape.K));
        var size = bytes.Length / floats.Length;
        for (var i = 0; i < kept.Length; i++)
        {
            if (!kept[i])
                bytes.AsSpan(i * size, size).Clear();
        }

        return bytes;
    }
}
