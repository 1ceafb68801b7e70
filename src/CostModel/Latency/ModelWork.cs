using SparseProf.Ops;
using SparseProf.Ops.Architectures;
using SparseProf.Ops.Errors;

namespace SparseProf.CostModel.Latency;

/// <summary>One forward pass to predict: its graph, and the bytes that live beside weights and an op's own inputs and results.</summary>
/// <param name="ResidualBytes">Of the stream that a block's ops bypass, in and out.</param>
/// <param name="CacheBytes">Of keys and values.</param>
public sealed record ModelWork(Graph Graph, double ResidualBytes, double CacheBytes)
{
    /// <summary>fp32 is taken as eager attention, other types as one fused kernel.</summary>
    public static ModelWork Of(LanguageModel model, long batch, long sequence, DType dtype, SparsityPattern pattern, Phase phase) => new(
        model.Graph(batch, sequence, dtype, pattern, phase, fusedAttention: dtype is not DType.Fp32),
        2.0 * batch * (phase == Phase.Decode ? 1 : sequence) * model.Width * dtype.Size().Value,
        batch * sequence * model.CacheBytesPerToken(dtype));

    /// <summary>One forward pass of a network of our own.</summary>
    /// <param name="sequence">Tokens; null for the architecture's own.</param>
    /// <param name="pattern">Of the encoder; null for the architecture's own.</param>
    /// <exception cref="UserErrorException">Tokens or a pattern for a network that takes none.</exception>
    public static ModelWork Of(Architecture architecture, long batch, long? sequence, DType dtype, SparsityPattern? pattern)
    {
        if (architecture is TransformerConfig transformer)
        {
            var tokens = sequence ?? transformer.Tokens;
            var sized = transformer with { DType = dtype, Tokens = checked((int)tokens), EncoderPattern = pattern ?? transformer.EncoderPattern };
            return new(sized.Graph(batch), 2.0 * batch * tokens * sized.Width * dtype.Size().Value, 0);
        }

        if (sequence is not null || pattern is not null)
            throw new UserErrorException(ErrorKind.WrongUsage, "--seq and --pattern apply to transformers; this is a convolutional network") { Next = "leave them out" };
        var network = architecture is ResNetConfig resNet ? resNet with { DType = dtype } : architecture;
        return new(network.Graph(batch), 0, 0);
    }
}
