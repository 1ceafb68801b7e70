using SparseProf.Ops;
using SparseProf.Ops.Architectures;
using SparseProf.Torch;

namespace SparseProf.Workloads.Modules;

/// <summary>One layer of a decoder: causal attention and a feed-forward layer, each after a normalization and with a residual around.</summary>
public sealed class DecoderLayer : Module
{
    private readonly LayerNormLayer _attentionNorm;
    private readonly Attention _attention;
    private readonly LayerNormLayer _outputNorm;
    private readonly FeedForward _feedForward;

    public DecoderLayer(DecoderConfig config)
    {
        _attentionNorm = AddChild("attention_norm", new LayerNormLayer(config.Width));
        _attention = AddChild(
            "attention", new Attention(config.Width, config.Heads, 1 / Math.Sqrt(config.Width), SparsityPattern.Dense.Instance, causal: true));
        _outputNorm = AddChild("output_norm", new LayerNormLayer(config.Width));
        _feedForward = AddChild("ffn", new FeedForward(config.Width, config.FfnWidth));
    }

    public Tensor Forward(Tensor input, long batch)
    {
        var attended = Aten.Add(_attention.Forward(_attentionNorm.Forward(input), batch), input);
        return Aten.Add(_feedForward.Forward(_outputNorm.Forward(attended)), attended);
    }
}
