using SparseProf.Ops;
using SparseProf.Ops.Architectures;
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

    public SwitchLayer(TransformerConfig config)
    {
        Routing = config.Routing ?? throw new ArgumentException("the architecture has no experts", nameof(config));
        _router = AddChild("router", Initial.Linear(config.Width, Routing.Experts, Transformers.Deviation, bias: false));
        _experts = [.. Enumerable.Range(0, Routing.Experts).Select(i => AddChild($"expert{i}", new FeedForward(config)))];
    }

    public Routing Routing { get; }

    /// <summary>What the last forward pass routed where; null before the first.</summary>
    public TokenAssignment? LastAssignment { get; private set; }

    public Tensor Forward(Tensor input)
    {
        var probabilities = Aten.Softmax(_router.Forward(input), -1);
        var (gates, choices) = Aten.Topk(probabilities, Routing.TopK);
        var assignment = TokenAssignment.Of(OnCpu(choices).Data<long>(), Routing);
        LastAssignment = assignment;

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

    private Tensor Tokens(IReadOnlyList<long> choices, TorchDevice device) => Indices([.. choices.Select(choice => choice / Routing.TopK)], device);

    private static Tensor Indices(long[] indices, TorchDevice device)
    {
        var tensor = Aten.FromArray(indices, indices.Length);
        return device == TorchDevice.Cpu ? tensor : Aten.To(tensor, device);
    }

    private static Tensor OnCpu(Tensor tensor) => tensor.Device == TorchDevice.Cpu ? Aten.Contiguous(tensor) : Aten.To(tensor, TorchDevice.Cpu);
}
