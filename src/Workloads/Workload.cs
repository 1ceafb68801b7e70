using SparseProf.Ops;
using SparseProf.Ops.Architectures;
using SparseProf.Workloads.Models;

namespace SparseProf.Workloads;

/// <summary>A model of the catalog: what it is called, what it computes, and how many inputs a forward pass takes by default.</summary>
public sealed record Workload(string Name, string Description, Architecture Architecture, long Batch)
{
    /// <summary>Tokens or images that go in at once.</summary>
    public long InputTokens => Batch * Architecture switch
    {
        TransformerConfig transformer => transformer.Tokens,
        DecoderConfig decoder => decoder.Tokens,
        _ => 1,
    };

    /// <summary>One forward pass over <see cref="Batch"/> inputs.</summary>
    public Graph Graph => Architecture.Graph(Batch) with { Name = Name };

    /// <summary>The runnable model with random weights, ready for inference.</summary>
    /// <exception cref="Torch.TorchMissingException">There is no libtorch.</exception>
    public Model Build(ulong seed) => Architecture switch
    {
        TransformerConfig transformer => new TransformerModel(transformer, seed),
        ResNetConfig resNet => new ResNetModel(resNet, seed),
        DecoderConfig decoder => new DecoderModel(decoder, seed),
        _ => throw new InvalidOperationException($"{Architecture.GetType().Name} has no runnable model"),
    };

    /// <summary>The same workload with another pattern of the encoder's weights.</summary>
    /// <exception cref="InvalidOperationException">Not a transformer.</exception>
    public Workload WithPattern(SparsityPattern pattern) => Architecture is TransformerConfig transformer
        ? this with { Architecture = transformer with { EncoderPattern = pattern } }
        : throw new InvalidOperationException($"{Name} has no encoder");
}
