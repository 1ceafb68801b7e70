using SparseProf.Ops.Architectures;
using SparseProf.Torch;
using SparseProf.Workloads.Modules;

namespace SparseProf.Workloads.Models;

/// <summary>
/// The language model of a <see cref="DecoderConfig"/>; input: token numbers [batch, tokens], int64; logits of the next
/// tokens [batch · tokens, vocabulary].
/// </summary>
public sealed class DecoderModel : Model
{
    public const string Head = "head";

    private readonly DecoderConfig _config;
    private readonly Tensor _words;
    private readonly Tensor _positions;
    private readonly DecoderLayer[] _layers;
    private readonly LayerNormLayer _norm;
    private readonly LinearLayer _head;

    public DecoderModel(DecoderConfig config, ulong seed)
    {
        _config = config;
        TorchRuntime.Seed(seed);
        // Words outweigh positions, and the residual stream starts at about unit size.
        _words = AddParameter("embeddings.word", Initial.Normal([config.Vocabulary, config.Width], 1));
        _positions = AddParameter("embeddings.position", Initial.Normal([config.Tokens, config.Width], 0.1));
        _layers = [.. Enumerable.Range(0, config.Layers).Select(i => AddChild($"layer{i}", new DecoderLayer(config)))];
        _norm = AddChild("norm", new LayerNormLayer(config.Width));
        _head = AddChild(Head, Initial.Linear(config.Width, config.Vocabulary, 1 / Math.Sqrt(config.Width), bias: false));
    }

    public override Tensor RandomInput(long batch) => Aten.Randint(_config.Vocabulary, [batch, _config.Tokens]);

    protected override Tensor Compute(Tensor input)
    {
        var (batch, tokens) = (input.Size(0), input.Size(1));
        var embedded = Aten.Add(Aten.Embedding(_words, input), Aten.Slice(_positions, 0, 0, tokens));
        var hidden = Aten.View(embedded, batch * tokens, _config.Width);
        foreach (var layer in _layers)
        {
            using var scope = TensorScope.Enter();
            hidden = scope.Keep(layer.Forward(hidden, batch));
        }

        return _head.Forward(_norm.Forward(hidden));
    }
}
