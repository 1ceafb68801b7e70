namespace SparseProf.Ops.Architectures;

/// <summary>Where a forward pass stands: over a whole prompt, or over one new token a sequence with the prompt cached.</summary>
public enum Phase
{
    Prefill,
    Decode,
}

/// <summary>What stands on top of the blocks.</summary>
public enum ModelHead
{
    None,
    LanguageModel,
    Pooler,
    Classifier,
}

/// <summary>The sizes of a transformer as its published config gives them: encoders, decoders, encoder-decoders, mixtures of experts, vision transformers.</summary>
public sealed record LanguageModel(string Name, int Layers, long Width, int Heads, long FfnWidth, long Vocabulary)
{
    public int KvHeads { get; init; } = Heads;

    public int HeadDim { get; init; } = (int)(Width / Heads);

    /// <summary>Rank of a compressed key-value cache with its rotary part (DeepSeek's latent attention); 0 where keys and values are kept.</summary>
    public long LatentWidth { get; init; }

    /// <summary>Rank of the queries' projection in latent attention; 0 where queries are projected at once.</summary>
    public long QueryRank { get; init; }

    /// <summary>Part of a head that carries the position, in latent attention.</summary>
    public int RotaryDim { get; init; }

    /// <summary>Width of a head's values in latent attention; keys have <see cref="HeadDim"/>.</summary>
    public int ValueDim { get; init; }

    /// <summary>Gate, up and down projections in place of up and down.</summary>
    public bool Gated { get; init; }

    public bool Bias { get; init; } = true;

    public string Norm { get; init; } = "layer_norm";

    public bool Causal { get; init; }

    /// <summary>Elementwise kernels that the activation takes when it is not fused: 1 for relu and gelu, 8 for GPT-2's tanh form.</summary>
    public int ActivationKernels { get; init; } = 1;

    public ModelHead Head { get; init; }

    public bool TiedHead { get; init; } = true;

    public int Experts { get; init; }

    public int TopK { get; init; } = 1;

    public long ExpertWidth { get; init; }

    /// <summary>Width of the experts that every token uses; 0 for none.</summary>
    public long SharedExpertWidth { get; init; }

    /// <summary>Layers whose feed-forward part is a mixture.</summary>
    public int MoeLayers { get; init; }

    /// <summary>Slack over an even split; null for dropless routing or a fixed capacity.</summary>
    public double? CapacityFactor { get; init; }

    /// <summary>Tokens of each sequence that an expert accepts, whatever its length; 0 where not fixed.</summary>
    public long SequenceCapacity { get; init; }

    /// <summary>The capacity factor that sequences of this length have; null for dropless routing.</summary>
    public double? CapacityAt(long sequence) => SequenceCapacity > 0 ? (double)SequenceCapacity * Experts / TopK / sequence : CapacityFactor;

    /// <summary>Layers of a decoder that attends to this encoder; 0 for none.</summary>
    public int DecoderLayers { get; init; }

    public int DecoderMoeLayers { get; init; }

    /// <summary>Tokens that an image makes; 0 for text.</summary>
    public long ImageTokens { get; init; }

    public long PatchInputs { get; init; }

    /// <summary>Bytes of keys and values that one token leaves in the cache.</summary>
    public double CacheBytesPerToken(DType dtype) =>
        !Causal && DecoderLayers == 0 ? 0 : (DecoderLayers > 0 ? DecoderLayers : Layers) * (LatentWidth > 0 ? LatentWidth : 2.0 * KvHeads * HeadDim) * dtype.Size().Value;

    /// <summary>One forward pass.</summary>
    /// <param name="sequence">Tokens a sequence: those computed in a prefill, those cached in a decode step.</param>
    /// <param name="fusedAttention">One attention kernel in place of products, mask and softmax.</param>
    public Graph Graph(long batch, long sequence, DType dtype, SparsityPattern pattern, Phase phase, bool fusedAttention) =>
        new LanguageModelGraph(this, batch, ImageTokens > 0 ? ImageTokens : sequence, dtype, pattern, phase, fusedAttention).Build();
}
