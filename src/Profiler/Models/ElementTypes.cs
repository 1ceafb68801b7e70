using SparseProf.Ops;
using SparseProf.Torch;

namespace SparseProf.Profiler.Models;

internal static class ElementTypes
{
    /// <summary>libtorch's type for weights and activations.</summary>
    public static ScalarType ScalarType(this DType dtype) => dtype switch
    {
        DType.Fp32 or DType.Tf32 => Torch.ScalarType.Float32,
        DType.Bf16 => Torch.ScalarType.BFloat16,
        DType.Fp16 => Torch.ScalarType.Float16,
        _ => throw new NotSupportedException($"models run in fp32, tf32, bf16 and fp16, not {dtype.Name()}"),
    };
}
