using SparseProf.Ops.Units;

namespace SparseProf.Ops;

/// <summary>The sizes of y[M,N] = x[M,K] · W[N,K]ᵀ: M tokens, N outputs, K inputs.</summary>
public readonly record struct GemmShape(long M, long N, long K)
{
    public override string ToString() => $"{M}x{N}x{K}";
}

/// <summary>y[M,N] = x[M,K] · W[N,K]ᵀ (+ bias[N]); the pattern is that of W. With <paramref name="Batch"/> &gt; 1 that many independent products.</summary>
public sealed record Gemm(GemmShape Shape, DType DType, SparsityPattern Pattern, bool Bias = false, long Batch = 1) : Op(DType)
{
    public override string Kind => "gemm";

    public override string Text =>
        $"gemm m={Shape.M} n={Shape.N} k={Shape.K}{(Batch > 1 ? $" batch={Batch}" : "")}{(Bias ? " bias" : "")} {DType.Name()} {Pattern}";

    public override Flops DenseEquivalentFlops => new(2.0 * Batch * Shape.M * Shape.N * Shape.K);

    public override Flops NonzeroFlops => new(2.0 * Batch * Shape.M * Pattern.Nonzeros(Shape.N, Shape.K));

    public override Bytes CompulsoryTraffic =>
        Batch * (Pattern.StoredBytes(Shape.N, Shape.K, DType) + (Shape.M * (Shape.K + Shape.N) + (Bias ? Shape.N : 0)) * DType.Size());

    public override Parameters TotalParameters => new(Batch * (Shape.N * Shape.K + (Bias ? Shape.N : 0.0)));

    public override Parameters NonzeroParameters => new(Batch * (Pattern.Nonzeros(Shape.N, Shape.K) + (Bias ? Shape.N : 0.0)));

    public override Bytes WeightBytes =>
        Batch * (Pattern.StoredBytes(Shape.N, Shape.K, DType) + (Bias ? Shape.N : 0.0) * DType.Size());
}

/// <summary>A two-dimensional convolution over NCHW images of <paramref name="Height"/>×<paramref name="Width"/>; the pattern is that of W[outputs, inputs·kernel²].</summary>
public sealed record Conv2d(
    long Batch, long Inputs, long Outputs, long Height, long Width, int Kernel, int Stride, int Padding, DType DType, SparsityPattern Pattern, bool Bias = false)
    : Op(DType)
{
    public override string Kind => "conv2d";

    public long OutputHeight => (Height + 2 * Padding - Kernel) / Stride + 1;

    public long OutputWidth => (Width + 2 * Padding - Kernel) / Stride + 1;

    /// <summary>The same work as a matrix product over image patches (im2col).</summary>
    public GemmShape AsGemm => new(Batch * OutputHeight * OutputWidth, Outputs, Inputs * Kernel * Kernel);

    public override string Text =>
        $"conv2d batch={Batch} in={Inputs} out={Outputs} h={Height} w={Width} kernel={Kernel} stride={Stride} pad={Padding}{(Bias ? " bias" : "")} {DType.Name()} {Pattern}";

    public override Flops DenseEquivalentFlops => new(2.0 * AsGemm.M * AsGemm.N * AsGemm.K);

    public override Flops NonzeroFlops => new(2.0 * AsGemm.M * Pattern.Nonzeros(AsGemm.N, AsGemm.K));

    public override Bytes CompulsoryTraffic =>
        Pattern.StoredBytes(AsGemm.N, AsGemm.K, DType)
        + (Batch * (Inputs * Height * Width + Outputs * OutputHeight * OutputWidth) + (Bias ? Outputs : 0.0)) * DType.Size();

    public override Parameters TotalParameters => new(AsGemm.N * AsGemm.K + (Bias ? Outputs : 0.0));

    public override Parameters NonzeroParameters => new(Pattern.Nonzeros(AsGemm.N, AsGemm.K) + (Bias ? Outputs : 0.0));

    public override Bytes WeightBytes => Pattern.StoredBytes(AsGemm.N, AsGemm.K, DType) + (Bias ? Outputs : 0.0) * DType.Size();
}

/// <summary>softmax(q kᵀ) v for each head; a causal mask halves the nonzero work where queries and keys are the same tokens.</summary>
public sealed record Attention(long Batch, int Heads, int KvHeads, long QueryLength, long KeyLength, int HeadWidth, bool Causal, DType DType) : Op(DType)
{
    public override string Kind => "attention";

    public override string Text =>
        $"attention batch={Batch} heads={Heads} kv_heads={KvHeads} q={QueryLength} kv={KeyLength} width={HeadWidth}{(Causal ? " causal" : "")} {DType.Name()}";

    /// <summary>Two products of 2·q·kv·width a head: scores and the weighted sum.</summary>
    public override Flops DenseEquivalentFlops => new(4.0 * Batch * Heads * QueryLength * KeyLength * HeadWidth);

    public override Flops NonzeroFlops => Causal ? DenseEquivalentFlops * VisibleShare : DenseEquivalentFlops;

    public override Bytes CompulsoryTraffic =>
        Batch * HeadWidth * (2.0 * Heads * QueryLength + 2.0 * KvHeads * KeyLength) * DType.Size();

    // The i-th of q queries sees kv - q + i + 1 keys.
    private double VisibleShare => (KeyLength - (QueryLength - 1) / 2.0) / KeyLength;
}

/// <summary>A feed-forward layer of experts, <paramref name="Matrices"/> of width×expertWidth each (2 plain, 3 gated); the pattern is that of every expert's weights.</summary>
public sealed record MoeFfn(long Tokens, long Width, long ExpertWidth, Routing Routing, DType DType, SparsityPattern Pattern, int Matrices = 2, bool Bias = false)
    : Op(DType)
{
    public override string Kind => "moe_ffn";

    /// <summary>How the tokens are spread over the experts.</summary>
    public ExpertLoad Load { get; init; } = ExpertLoad.Balanced.Instance;

    public override string Text =>
        $"moe_ffn tokens={Tokens} width={Width} expert_width={ExpertWidth} experts={Routing.Experts} top_k={Routing.TopK} "
        + $"capacity={(Routing.CapacityFactor is { } factor ? $"{factor:0.###}" : "dropless")} matrices={Matrices}{(Bias ? " bias" : "")}"
        + $"{(Load is ExpertLoad.Balanced ? "" : $" load={Load.Text}")} {DType.Name()} {Pattern}";

    /// <summary>The router and k experts a token; tokens dropped at run time do less.</summary>
    public override Flops DenseEquivalentFlops => new(RouterFlops + 2.0 * Tokens * Routing.TopK * Matrices * Width * ExpertWidth);

    public override Flops NonzeroFlops => new(RouterFlops + 2.0 * Tokens * Routing.TopK * Matrices * Pattern.Nonzeros(ExpertWidth, Width));

    /// <summary>The weights of the experts expected to be touched, and the tokens in and out.</summary>
    public override Bytes CompulsoryTraffic =>
        ActiveExperts * ExpertWeightBytes + (RouterParameters + 2.0 * Tokens * Width) * DType.Size();

    public override Parameters TotalParameters => new(RouterParameters + Routing.Experts * ExpertParameters(Width * ExpertWidth));

    public override Parameters ActiveParameters => new(RouterParameters + Routing.TopK * ExpertParameters(Width * ExpertWidth));

    public override Parameters NonzeroParameters => new(RouterParameters + Routing.Experts * ExpertParameters(Pattern.Nonzeros(ExpertWidth, Width)));

    public override Bytes WeightBytes => Routing.Experts * ExpertWeightBytes + RouterParameters * DType.Size();

    private double ActiveExperts => Load is ExpertLoad.Balanced ? Routing.ExpectedActiveExperts(Tokens) : Load.TokensOf(Routing, Tokens).Count(load => load > 0);

    private Bytes ExpertWeightBytes => Matrices * Pattern.StoredBytes(ExpertWidth, Width, DType) + BiasParameters * DType.Size();

    private double RouterParameters => (double)Width * Routing.Experts;

    private double RouterFlops => 2.0 * Tokens * Width * Routing.Experts;

    private double BiasParameters => Bias ? (Matrices - 1.0) * ExpertWidth + Width : 0;

    private double ExpertParameters(double perMatrix) => Matrices * perMatrix + BiasParameters;
}
