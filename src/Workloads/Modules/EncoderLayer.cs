using SparseProf.Ops.Architectures;
using SparseProf.Torch;

namespace SparseProf.Workloads.Modules;

/// <summary>One layer of the encoder: attention and a feed-forward layer, each with a residual and a normalization after it.</summary>
public sealed class EncoderLayer : Module
{
    private readonly Attention _attention;
    private readonly LayerNormLayer _attentionNorm;
    private readonly FeedForward? _feedForward;
    private readonly SwitchLayer? _switch;
    private readonly LayerNormLayer _outputNorm;

    public EncoderLayer(TransformerConfig config, bool isSwitch)
    {
        _attention = AddChild("attention", new Attention(config));
        _attentionNorm = AddChild("attention_norm", new LayerNormLayer(config.Width));
        if (isSwitch)
            _switch = AddChild("switch", new SwitchLayer(config));
        else
            _feedForward = AddChild("ffn", new FeedForward(config));
        _outputNorm = AddChild("output_norm", new LayerNormLayer(config.Width));
    }

    public Tensor Forward(Tensor input, long batch) => Transform(Attend(input, batch));

    /// <summary>A forward pass that first makes the router of a mixture neutral towards what it sees.</summary>
    internal Tensor BalanceRouter(Tensor input, long batch)
    {
        var attended = Attend(input, batch);
        _switch?.BalanceRouter(attended);
        return Transform(attended);
    }

    private Tensor Attend(Tensor input, long batch) => _attentionNorm.Forward(Aten.Add(_attention.Forward(input, batch), input));

    private Tensor Transform(Tensor attended) =>
        _outputNorm.Forward(Aten.Add(_switch?.Forward(attended) ?? _feedForward!.Forward(attended), attended));
}
