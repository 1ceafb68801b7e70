using SparseProf.Ops;
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
    private readonly bool _causal;
    private Tensor? _future;

    public Attention(TransformerConfig config)
        : this(config.Width, config.Heads, config.Deviation, config.PatternOf(config.Width, config.Width), causal: false)
    {
    }

    /// <param name="causal">Whether a token sees itself and those before it only.</param>
    public Attention(int width, int heads, double deviation, SparsityPattern pattern, bool causal)
    {
        (_heads, _headWidth, _causal) = (heads, width / heads, causal);
        _query = AddChild("query", Projection());
        _key = AddChild("key", Projection());
        _value = AddChild("value", Projection());
        _output = AddChild("output", Projection());

        LinearLayer Projection() => Initial.Linear(width, width, deviation, pattern);
    }

    public Tensor Forward(Tensor input, long batch)
    {
        var tokens = input.Size(0) / batch;
        var query = ByHead(_query.Forward(input));
        var key = ByHead(_key.Forward(input));
        var value = ByHead(_value.Forward(input));
        return _output.Forward(Aten.HasScaledDotProductAttention ? Fused() : Plain());

        // Results are [batch · tokens, width] again.
        Tensor Fused() => Joined(Aten.ScaledDotProductAttention(query, key, value, _causal));

        Tensor Plain()
        {
            var merged = batch * _heads;
            var scores = Aten.Baddbmm(
                _causal ? Future(tokens, input.Device) : Aten.Empty([1], device: input.Device),
                Merge(query),
                Aten.Transpose(Merge(key), 1, 2),
                beta: _causal ? 1 : 0,
                alpha: 1 / Math.Sqrt(_headWidth));
            return Joined(Aten.View(Aten.Bmm(Aten.Softmax(scores, -1), Merge(value)), batch, _heads, tokens, _headWidth));

            Tensor Merge(Tensor headed) => Aten.Reshape(headed, merged, tokens, _headWidth);
        }

        Tensor ByHead(Tensor projected) => Aten.Transpose(Aten.View(projected, batch, tokens, _heads, _headWidth), 1, 2);

        Tensor Joined(Tensor headed) => Aten.Reshape(Aten.Transpose(headed, 1, 2), batch * tokens, _heads * _headWidth);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _future?.Dispose();
        base.Dispose(disposing);
    }

    // Added to scores: −∞ where a key comes after its query, [1, tokens, tokens].
    private Tensor Future(long tokens, TorchDevice device)
    {
        if (_future is not null && _future.Size(1) == tokens && _future.Device == device)
            return _future;
        _future?.Dispose();
        var values = new float[tokens * tokens];
        for (var query = 0; query < tokens; query++)
            values.AsSpan((int)(query * tokens) + query + 1, (int)tokens - query - 1).Fill(float.NegativeInfinity);
        return _future = TensorScope.Release(Aten.FromArray(values, 1, tokens, tokens).OnDevice(device));
    }
}
