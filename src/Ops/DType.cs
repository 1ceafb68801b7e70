using SparseProf.Ops.Errors;
using SparseProf.Ops.Units;

namespace SparseProf.Ops;

/// <summary>Element types of operands.</summary>
public enum DType
{
    Fp32,

    /// <summary>Stored as fp32, multiplied with 10 mantissa bits.</summary>
    Tf32,
    Bf16,
    Fp16,

    /// <summary>e4m3.</summary>
    Fp8,
    Int8,
}

public static class DTypes
{
    public static IReadOnlyList<string> Names { get; } = [.. Enum.GetValues<DType>().Select(dtype => dtype.Name())];

    /// <summary>The name in flags, files and the database.</summary>
    public static string Name(this DType dtype) => dtype switch
    {
        DType.Fp32 => "fp32",
        DType.Tf32 => "tf32",
        DType.Bf16 => "bf16",
        DType.Fp16 => "fp16",
        DType.Fp8 => "fp8",
        DType.Int8 => "int8",
        _ => throw new ArgumentOutOfRangeException(nameof(dtype), dtype, "not an element type"),
    };

    /// <summary>Size of one element in memory.</summary>
    public static Bytes Size(this DType dtype) => new(dtype switch
    {
        DType.Fp32 or DType.Tf32 => 4,
        DType.Bf16 or DType.Fp16 => 2,
        _ => 1,
    });

    /// <exception cref="UserErrorException">The text names no element type.</exception>
    public static DType Parse(string text, string? where = null)
    {
        foreach (var dtype in Enum.GetValues<DType>())
        {
            if (string.Equals(dtype.Name(), text, StringComparison.OrdinalIgnoreCase))
                return dtype;
        }

        throw Suggestion.UnknownName("dtype", text, [.. Names], where);
    }
}
