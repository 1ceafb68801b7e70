using SparseProf.Ops;
using SparseProf.Ops.Architectures;
using SparseProf.Ops.Statistics;
using SparseProf.Torch;

namespace SparseProf.Workloads.Modules;

/// <summary>
/// A feed-forward layer of experts: each token goes to its best-scored ones, and their results count by the router's
/// probability. What is dropped gives zero, so that the residual around the layer passes the token on.
/// </summary>
public sealed class SwitchLayer : Module
{
    private readonly LinearLayer _router;
    private readonly FeedForward[] _experts;
    private Tensor? _loss;
    private SplitMix64 _jitter;

    public SwitchLayer(TransformerConfig config)
    {
        Routing = config.Routing ?? throw new ArgumentException("the architecture has no experts", nameof(config));
        _router = AddChild("router", Initial.Linear(config.Width, Routing.Experts, config.Deviation, bias: false));
        _experts = [.. Enumerable.Range(0, Routing.Experts).Select(i => AddChild($"expert{i}", new FeedForward(config)))];
    }

    public Routing Routing { get; }

    /// <summary>What the last forward pass routed where; null before the first.</summary>
    public TokenAssignment? LastAssignment { get; private set; }

    /// <summary>How the router is kept in order while it trains.</summary>
    public RouterTraining RouterTraining { get; set; } = new();

    /// <summary>Makes the jitter of the following forward passes a function of these numbers.</summary>
    public void SeedJitter(long seed, long stream) => _jitter = new SplitMix64(seed, stream);

    /// <summary>Mean entropy of the router's probabilities over ln E, in the last forward pass of a training; else null.</summary>
    public double? LastEntropy { get; private set; }

    public Tensor Forward(Tensor input)
    {
        var logits = _router.Forward(Jittered(input));
        var probabilities = Aten.Softmax(logits, -1);
        var (gates, choices) = Aten.Topk(probabilities, Routing.TopK);
        var assignment = TokenAssignment.Of(choices.OnCpu().Data<long>(), Routing);
        LastAssignment = assignment;
        if (Training)
            TakeLosses(logits, probabilities, assignment);

        var results = new List<Tensor>();
        var order = new List<long>();
        for (var expert = 0; expert < _experts.Length; expert++)
        {
            var accepted = assignment.Accepted(expert);
            if (accepted.Count == 0)
                continue;
            results.Add(_experts[expert].Forward(Aten.IndexSelect(input, 0, Tokens(accepted, input.Device))));
            order.AddRange(accepted);
        }

        var gate = Aten.IndexSelect(Aten.View(gates, -1, 1), 0, Indices([.. order], input.Device));
        var weighted = Aten.Mul(Aten.Cat([.. results]), gate);
        return Aten.IndexAdd(Aten.ZerosLike(input), 0, Tokens(order, input.Device), weighted);
    }

    /// <summary>The router's losses in the last forward pass of a training, weighted; null where there are none, or they were taken.</summary>
    public Tensor? TakeRouterLoss()
    {
        var loss = _loss;
        _loss = null;
        return loss;
    }

    /// <summary>
    /// Takes the mean of the tokens out of the router's weights, so that no expert is preferred by all tokens alike. A
    /// random router has such favourites and drops a third of the tokens; one trained with a load-balancing loss has not.
    /// </summary>
    internal void BalanceRouter(Tensor input)
    {
        var weight = _router.Weight;
        var mean = Aten.View(Aten.Mean(input, 0), -1, 1);
        var preference = Aten.Div(Aten.Matmul(weight, mean), Aten.Sum(Aten.Mul(mean, mean)));
        Aten.AddInPlace(weight, Aten.Matmul(preference, Aten.Transpose(mean, 0, 1)), alpha: -1);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _loss?.Dispose();
        base.Dispose(disposing);
    }

    private Tensor Jittered(Tensor input)
    {
        if (!Training || RouterTraining.Jitter == 0)
            return input;
        var factors = new float[input.Elements];
        foreach (ref var factor in factors.AsSpan())
            factor = (float)(1 + RouterTraining.Jitter * (2 * _jitter.NextUniform() - 1));
        return Aten.Mul(input, Aten.FromArray(factors, input.Shape).OnDevice(input.Device));
    }

    private void TakeLosses(Tensor logits, Tensor probabilities, TokenAssignment assignment)
    {
        _loss?.Dispose();
        _loss = RouterLosses.Of(logits, probabilities, assignment, RouterTraining);
        LastEntropy = RouterLosses.Entropy(logits, probabilities);
    }

    private Tensor Tokens(IReadOnlyList<long> choices, TorchDevice device) => Indices([.. choices.Select(choice => choice / Routing.TopK)], device);

    private static Tensor Indices(long[] indices, TorchDevice device) => Aten.FromArray(indices, indices.Length).OnDevice(device);
}
