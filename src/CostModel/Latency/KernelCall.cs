using System.Text.Json.Serialization;
using SparseProf.Ops;

namespace SparseProf.CostModel.Latency;

public enum KernelKind
{
    Gemm,
    MoeFfn,
    Attention,
    Softmax,
    LayerNorm,
    Elementwise,
    Conv2d,
}

/// <summary>
/// One kernel as the CSV contract describes it. What does not apply stays at its default. GEMM: y[m,n] = x[m,k]·W[n,k]ᵀ,
/// <see cref="Batch"/> independent products. MoE: <see cref="M"/> tokens, <see cref="K"/> model width, <see cref="N"/>
/// expert width, all per device. Convolution: <see cref="N"/> outputs, <see cref="K"/> inputs, <see cref="Rows"/>×<see cref="Columns"/> pixels.
/// </summary>
public sealed record KernelCall(KernelKind Kind, DType DType)
{
    public SparsityPattern Pattern { get; init; } = SparsityPattern.Dense.Instance;

    public double M { get; init; }

    public double N { get; init; }

    public double K { get; init; }

    public double Batch { get; init; } = 1;

    public double Experts { get; init; }

    public double TopK { get; init; }

    /// <summary>Matrices of an expert: 2 plain, 3 gated; 0 where it is not said, which counts as gated.</summary>
    public double Matrices { get; init; }

    /// <summary>Exponent of the power law of the router's load; 0 is balanced.</summary>
    public double LoadExponent { get; init; }

    public double SeqQ { get; init; }

    public double SeqKv { get; init; }

    public double Heads { get; init; }

    public double KvHeads { get; init; }

    public double HeadDim { get; init; }

    public bool Causal { get; init; }

    public double Rows { get; init; }

    public double Columns { get; init; }

    public double Kernel { get; init; } = 1;

    public double Stride { get; init; } = 1;

    public double Padding { get; init; }

    /// <summary>Arrays that an elementwise kernel reads for each result.</summary>
    public double Operands { get; init; } = 1;

    /// <summary>Calls that one model serves: kind, dtype and format of the weights.</summary>
    [JsonIgnore]
    public string Family => $"{Kind.Name()}/{DType.Name()}/{Format}";

    /// <summary>The same kernel in the other 16-bit floating-point type, which libraries treat alike; null for other types.</summary>
    public KernelCall? Sibling() => DType switch
    {
        DType.Bf16 => this with { DType = DType.Fp16 },
        DType.Fp16 => this with { DType = DType.Bf16 },
        _ => null,
    };

    /// <summary>The shape without its number of tokens: measurements of one site are alike, so they are held out together.</summary>
    [JsonIgnore]
    public string Site => Kind switch
    {
        KernelKind.Gemm => $"{N},{K},{Batch},{Pattern}",
        KernelKind.MoeFfn => Matrices > 0 ? $"{N},{K},{Experts},{TopK},{Matrices}" : $"{N},{K},{Experts},{TopK}",
        KernelKind.Attention => $"{Heads},{KvHeads},{HeadDim},{Causal}",
        KernelKind.Conv2d => $"{N},{K},{Kernel},{Stride},{Rows},{Columns}",
        _ => $"{Columns}",
    };

    private string Format => Pattern switch
    {
        SparsityPattern.Dense => "dense",
        SparsityPattern.NofM nm => nm.Text,
        SparsityPattern.Block block => $"block:{block.Rows}x{block.Columns}",
        _ => "csr",
    };
}

public static class KernelKinds
{
    public static IReadOnlyList<string> Names { get; } = [.. Enum.GetValues<KernelKind>().Select(kind => kind.Name())];

    /// <summary>The name in files.</summary>
    public static string Name(this KernelKind kind) => kind switch
    {
        KernelKind.Gemm => "gemm",
        KernelKind.MoeFfn => "moe_ffn",
        KernelKind.Attention => "attention",
        KernelKind.Softmax => "softmax",
        KernelKind.LayerNorm => "layer_norm",
        KernelKind.Elementwise => "elementwise",
        KernelKind.Conv2d => "conv2d",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "not a kind of kernel"),
    };
}
