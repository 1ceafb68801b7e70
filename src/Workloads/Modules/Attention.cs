using SparseProf.Ops.Architectures;
using SparseProf.Torch;

namespace SparseProf.Workloads.Modules;

/// <summary>Multi-head self-attention over [batch · tokens, width], with separate projections as in BERT.</summary>
public sealed class Attention : Module
{
    private readonly LinearLayer _query;
    private readonly LinearLayer _key;
    private readonly LinearLayer _value;
    private readonly LinearLayer _output;
    private readonly int _heads;
    private readonly int _headWidth;

    public Attention(TransformerConfig config)
    {
        (_heads, _headWidth) = (config.Heads, config.HeadWidth);
        _query = AddChild("query", Projection());
        _key = AddChild("key", Projection());
        _value = AddChild("value", Projection());
        _output = AddChild("output", Projection());

        LinearLayer Projection() =>
            Initial.Linear(config.Width, config.Width, Transformers.Deviation, config.PatternOf(config.Width, config.Width));
    }

    public Tensor Forward(Tensor input, long batch)
    {
        var tokens = input.Size(0) / batch;
        var query = ByHead(_query.Forward(input));
        var key = ByHead(_key.Forward(input));
        var value = ByHead(_value.Forward(input));
        return _output.Forward(Aten.HasScaledDotProductAttention ? Fused() : Plain());

        // Results are [batch · tokens, width] again.
        Tensor Fused() => Joined(Aten.ScaledDotProductAttention(query, key, value));

        Tensor Plain()
        {
            var merged = batch * _heads;
            var scores = Aten.Baddbmm(
                Aten.Empty([1], device: input.Device), Merge(query), Aten.Transpose(Merge(key), 1, 2), beta: 0, alpha: 1 / Math.Sqrt(_headWidth));
            return Joined(Aten.View(Aten.Bmm(Aten.Softmax(scores, -1), Merge(value)), batch, _heads, tokens, _headWidth));

            Tensor Merge(Tensor headed) => Aten.Reshape(headed, merged, tokens, _headWidth);
        }

        Tensor ByHead(Tensor projected) => Aten.Transpose(Aten.View(projected, batch, tokens, _heads, _headWidth), 1, 2);

        Tensor Joined(Tensor headed) => Aten.Reshape(Aten.Transpose(headed, 1, 2), batch * tokens, _heads * _headWidth);
    }
}
