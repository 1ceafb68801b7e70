using SparseProf.Ops.Units;

namespace SparseProf.Ops.Architectures;

/// <summary>
/// A causal language model: learned positions, normalization before attention and feed-forward layers and at the end, a
/// head of its own.
/// </summary>
public sealed record DecoderConfig : Architecture
{
    public int Layers { get; init; } = 2;

    public int Width { get; init; } = 64;

    public int Heads { get; init; } = 4;

    public int FfnWidth { get; init; } = 256;

    public int Vocabulary { get; init; } = 256;

    /// <summary>Tokens of a sequence; each place has a position embedding.</summary>
    public int Tokens { get; init; } = 64;

    public DType DType { get; init; } = DType.Fp32;

    public int HeadWidth => Width / Heads;

    /// <summary>
    /// Weights of attention and feed-forward layers: what scaling laws count as N, without embeddings, head, biases and
    /// normalization (Kaplan et al. 2020, section 2.1).
    /// </summary>
    public Parameters BlockWeights => new((double)Layers * (4L * Width * Width + 2L * Width * FfnWidth));

    public override Graph Graph(long batch) => new("decoder", [.. Nodes(batch)]);

    private IEnumerable<GraphNode> Nodes(long batch)
    {
        var tokens = batch * Tokens;
        yield return new("embeddings.word", new Embedding(Vocabulary, Width, tokens, DType));
        yield return new("embeddings.position", new Embedding(Tokens, Width, tokens, DType));
        yield return new("embeddings.add", new Elementwise("add", tokens, Width, DType, Operands: 2));
        yield return new("decoder.attention.projections", Linear(tokens, Width, Width, bias: true), 4 * Layers);
        yield return new("decoder.attention", new Attention(batch, Heads, Heads, Tokens, Tokens, HeadWidth, Causal: true, DType), Layers);
        yield return new("decoder.ffn.in", Linear(tokens, FfnWidth, Width, bias: true), Layers);
        yield return new("decoder.ffn.gelu", new Elementwise("gelu", tokens, FfnWidth, DType), Layers);
        yield return new("decoder.ffn.out", Linear(tokens, Width, FfnWidth, bias: true), Layers);
        yield return new("decoder.residual", new Elementwise("add", tokens, Width, DType, Operands: 2), 2 * Layers);
        yield return new("decoder.norm", new Normalization("layer_norm", tokens, Width, DType), 2 * Layers + 1);
        yield return new("head", Linear(tokens, Vocabulary, Width, bias: false));
    }

    private Gemm Linear(long tokens, long outputs, long inputs, bool bias) =>
        new(new(tokens, outputs, inputs), DType, SparsityPattern.Dense.Instance, Bias: bias);
}
