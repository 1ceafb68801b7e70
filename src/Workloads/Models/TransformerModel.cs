using SparseProf.Ops.Architectures;
using SparseProf.Torch;
using SparseProf.Workloads.Modules;

namespace SparseProf.Workloads.Models;

/// <summary>The encoder of a <see cref="TransformerConfig"/> with pooler and classifier; input: token numbers [batch, tokens], int64.</summary>
public sealed class TransformerModel : Model
{
    private readonly TransformerConfig _config;
    private readonly Tensor _words;
    private readonly Tensor _positions;
    private readonly Tensor _tokenTypes;
    private readonly LayerNormLayer _norm;
    private readonly EncoderLayer[] _layers;
    private readonly LinearLayer _pooler;
    private readonly LinearLayer _classifier;

    public TransformerModel(TransformerConfig config, ulong seed)
    {
        _config = config;
        TorchRuntime.Seed(seed);
        _words = AddParameter("embeddings.word", Initial.Normal([config.Vocabulary, config.Width], config.Deviation));
        _positions = AddParameter("embeddings.position", Initial.Normal([config.Positions, config.Width], config.Deviation));
        _tokenTypes = AddParameter("embeddings.token_type", Initial.Normal([config.TokenTypes, config.Width], config.Deviation));
        _norm = AddChild("embeddings.norm", new LayerNormLayer(config.Width));
        _layers = [.. Enumerable.Range(0, config.Layers).Select(i => AddChild($"layer{i}", new EncoderLayer(config, config.IsSwitch(i))))];
        _pooler = AddChild("pooler", Initial.Linear(config.Width, config.Width, config.Deviation));
        _classifier = AddChild("classifier", Initial.Linear(config.Width, config.Classes, config.Deviation));
        if (config.Routing is not null)
            BalanceRouters();
    }

    /// <summary>The mixtures among its layers, which tell what the last forward pass routed where.</summary>
    public IEnumerable<SwitchLayer> SwitchLayers => Modules().Select(entry => entry.Module).OfType<SwitchLayer>();

    /// <summary>Choices that found their expert full in the last forward pass, over all mixtures.</summary>
    public long DroppedTokens => SwitchLayers.Sum(layer => layer.LastAssignment?.DroppedTokens ?? 0);

    public override Tensor RandomInput(long batch) => Aten.Randint(_config.Vocabulary, [batch, _config.Tokens]);

    protected override Tensor Compute(Tensor input)
    {
        var (batch, tokens) = (input.Size(0), input.Size(1));
        var hidden = Aten.View(_norm.Forward(Embed(input, tokens)), batch * tokens, _config.Width);
        foreach (var layer in _layers)
        {
            // What a layer leaves behind is freed before the next one starts, unless gradients need it.
            using var scope = TensorScope.Enter();
            hidden = scope.Keep(layer.Forward(hidden, batch));
        }

        var first = Aten.Select(Aten.View(hidden, batch, tokens, _config.Width), 1, 0);
        return _classifier.Forward(Aten.Tanh(_pooler.Forward(first)));
    }

    private void BalanceRouters()
    {
        const long Sequences = 2;
        using var scope = TensorScope.Enter();
        using var noGrad = Autograd.NoGrad();
        var hidden = Aten.View(_norm.Forward(Embed(RandomInput(Sequences), _config.Tokens)), Sequences * _config.Tokens, _config.Width);
        foreach (var layer in _layers)
        {
            using var within = TensorScope.Enter();
            hidden = within.Keep(layer.BalanceRouter(hidden, Sequences));
        }
    }

    // One segment: every token is of type 0.
    private Tensor Embed(Tensor input, long tokens)
    {
        var words = Aten.Embedding(_words, input);
        var types = Aten.Select(_tokenTypes, 0, 0);
        return Aten.Add(Aten.Add(words, types), Aten.Slice(_positions, 0, 0, tokens));
    }
}
