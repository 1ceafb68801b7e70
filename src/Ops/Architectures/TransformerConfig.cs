namespace SparseProf.Ops.Architectures;

/// <summary>A BERT-style encoder with a pooler and a classifier; its feed-forward layers may be mixtures of experts.</summary>
public sealed record TransformerConfig : Architecture
{
    public int Layers { get; init; } = 12;

    public int Width { get; init; } = 768;

    public int Heads { get; init; } = 12;

    public int FfnWidth { get; init; } = 3072;

    public int Vocabulary { get; init; } = 30522;

    /// <summary>Longest sequence that has a position embedding.</summary>
    public int Positions { get; init; } = 512;

    public int TokenTypes { get; init; } = 2;

    public int Classes { get; init; } = 2;

    /// <summary>Tokens of a sequence.</summary>
    public int Tokens { get; init; } = 128;

    /// <summary>Null where no layer is a mixture.</summary>
    public Routing? Routing { get; init; }

    /// <summary>Every how manyth layer is a mixture: 1 all, 2 every second, starting with the second.</summary>
    public int SwitchEvery { get; init; } = 1;

    /// <summary>Of the encoder's weight matrices, experts included; embeddings, pooler, router and classifier stay dense.</summary>
    public SparsityPattern EncoderPattern { get; init; } = SparsityPattern.Dense.Instance;

    /// <summary>Spread of the initial weights; BERT's (Devlin et al. 2019, released configuration). Narrow models learn sooner with more.</summary>
    public double Deviation { get; init; } = 0.02;

    public DType DType { get; init; } = DType.Fp32;

    public int HeadWidth => Width / Heads;

    public int SwitchLayers => Routing is null ? 0 : Layers / SwitchEvery;

    /// <summary>Whether layer <paramref name="layer"/>, counted from 0, is a mixture.</summary>
    public bool IsSwitch(int layer) => Routing is not null && (layer + 1) % SwitchEvery == 0;

    /// <summary>The encoder's pattern for W[rows, columns], with the density that whole blocks or weights can have.</summary>
    public SparsityPattern PatternOf(long rows, long columns) => EncoderPattern.FitTo(rows, columns);

    public override Graph Graph(long batch) => new(Routing is null ? "transformer" : "switch transformer", [.. Nodes(batch)]);

    private IEnumerable<GraphNode> Nodes(long batch)
    {
        var tokens = batch * Tokens;
        yield return new("embeddings.word", new Embedding(Vocabulary, Width, tokens, DType));
        yield return new("embeddings.position", new Embedding(Positions, Width, tokens, DType));
        yield return new("embeddings.token_type", new Embedding(TokenTypes, Width, tokens, DType));
        yield return new("embeddings.add", new Elementwise("add", tokens, Width, DType, Operands: 3));
        yield return new("embeddings.norm", new Normalization("layer_norm", tokens, Width, DType));
        yield return new("encoder.attention.projections", Linear(tokens, Width, Width), 4 * Layers);
        yield return new("encoder.attention", new Attention(batch, Heads, Heads, Tokens, Tokens, HeadWidth, Causal: false, DType), Layers);
        if (Layers > SwitchLayers)
        {
            yield return new("encoder.ffn.in", Linear(tokens, FfnWidth, Width), Layers - SwitchLayers);
            yield return new("encoder.ffn.gelu", new Elementwise("gelu", tokens, FfnWidth, DType), Layers - SwitchLayers);
            yield return new("encoder.ffn.out", Linear(tokens, Width, FfnWidth), Layers - SwitchLayers);
        }

        if (SwitchLayers > 0)
            yield return new("encoder.ffn.switch", new MoeFfn(tokens, Width, FfnWidth, Routing!, DType, PatternOf(FfnWidth, Width), Bias: true), SwitchLayers);
        yield return new("encoder.residual", new Elementwise("add", tokens, Width, DType, Operands: 2), 2 * Layers);
        yield return new("encoder.norm", new Normalization("layer_norm", tokens, Width, DType), 2 * Layers);
        yield return new("pooler", new Gemm(new(batch, Width, Width), DType, SparsityPattern.Dense.Instance, Bias: true));
        yield return new("pooler.tanh", new Elementwise("tanh", batch, Width, DType));
        yield return new("classifier", new Gemm(new(batch, Classes, Width), DType, SparsityPattern.Dense.Instance, Bias: true));
    }

    private Gemm Linear(long tokens, long outputs, long inputs) =>
        new(new(tokens, outputs, inputs), DType, PatternOf(outputs, inputs), Bias: true);
}
