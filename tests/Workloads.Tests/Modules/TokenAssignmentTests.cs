using SparseProf.Ops;
using SparseProf.Ops.Architectures;
using SparseProf.Torch;
using SparseProf.Workloads.Modules;

namespace SparseProf.Workloads.Tests.Modules;

public sealed class TokenAssignmentTests
{
    [Fact]
    public void Tokens_beyond_the_capacity_are_dropped_in_order()
    {
        // Capacity ⌈1 · 6 / 2⌉ = 3.
        var assignment = TokenAssignment.Of([0, 0, 0, 0, 1, 0], new Routing(2, 1, 1.0));

        Assert.Equal([0L, 1, 2], assignment.Accepted(0));
        Assert.Equal([4L], assignment.Accepted(1));
        Assert.Equal([5L, 1], assignment.Requested);
        Assert.Equal(2, assignment.DroppedTokens);
        Assert.Equal(5 / 3.0, assignment.LoadImbalance, 1e-12);
    }

    [Fact]
    public void Dropless_routing_drops_nothing() =>
        Assert.Equal(0, TokenAssignment.Of([0, 0, 0, 0], new Routing(2, 1, null)).DroppedTokens);

    [Fact]
    public void A_dropped_token_passes_by_the_residual_and_the_others_count_by_the_gate()
    {
        RequiresTorch.OrSkip();
        using var scope = TensorScope.Enter();
        var config = new TransformerConfig { Width = 8, Heads = 2, FfnWidth = 16, Routing = new Routing(2, 1, 0.5) };
        TorchRuntime.Seed(1);
        using var layer = new SwitchLayer(config);
        var input = Aten.Randn([8, 8]);

        var output = layer.Forward(input);

        // Capacity ⌈0.5 · 8 / 2⌉ = 2 of each expert: at least half of the tokens are dropped.
        var accepted = layer.LastAssignment!.Accepted(0).Concat(layer.LastAssignment.Accepted(1)).ToHashSet();
        Assert.InRange(accepted.Count, 1, 4);
        Assert.Equal(8 - accepted.Count, layer.LastAssignment.DroppedTokens);
        var router = layer.Parameters().Single(parameter => parameter.Name == "router.weight").Tensor;
        var probabilities = Aten.Softmax(Aten.Linear(input, router), -1).Data<float>().ToArray();
        for (var token = 0; token < 8; token++)
        {
            var row = Aten.Select(output, 0, token).Data<float>().ToArray();
            if (!accepted.Contains(token))
            {
                Assert.All(row, value => Assert.Equal(0, value));
                continue;
            }

            var expert = probabilities[2 * token] >= probabilities[2 * token + 1] ? 0 : 1;
            var expected = Expert(layer, expert, Aten.Slice(input, 0, token, token + 1)).Data<float>().ToArray();
            for (var i = 0; i < row.Length; i++)
                Assert.Equal(probabilities[2 * token + expert] * expected[i], row[i], 1e-6f);
        }
    }

    private static Tensor Expert(SwitchLayer layer, int expert, Tensor token)
    {
        var parameters = layer.Parameters().ToDictionary(parameter => parameter.Name, parameter => parameter.Tensor);
        var hidden = Aten.Gelu(Aten.Linear(token, parameters[$"expert{expert}.in.weight"], parameters[$"expert{expert}.in.bias"]));
        return Aten.Linear(hidden, parameters[$"expert{expert}.out.weight"], parameters[$"expert{expert}.out.bias"]);
    }
}
