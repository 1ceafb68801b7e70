using SparseProf.Ops.Errors;

namespace SparseProf.Ops.Tests;

public sealed class ExpertLoadTests
{
    private static readonly Routing s_routing = new(4, 2, capacityFactor: null);

    [Theory]
    [InlineData("balanced", 100, new long[] { 50, 50, 50, 50 })]
    [InlineData("measured_0.4/0.3/0.2/0.1", 100, new long[] { 80, 60, 40, 20 })]
    [InlineData("measured_1/1/1/0", 10, new long[] { 7, 7, 6, 0 })]
    public void Choices_are_shared_out_to_the_last(string text, long tokens, long[] expected) =>
        Assert.Equal(expected, ExpertLoad.Parse(text).TokensOf(s_routing, tokens));

    [Fact]
    public void No_expert_gets_a_token_twice_however_it_is_preferred()
    {
        var loads = ExpertLoad.Parse("measured_0.97/0.01/0.01/0.01").TokensOf(s_routing, 60);
        Assert.Equal(60, loads[0]);
        Assert.Equal(120, loads.Sum());
        Assert.All(loads, load => Assert.InRange(load, 0, 60));
    }

    [Fact]
    public void A_power_law_has_its_shares_in_an_order_of_the_seed()
    {
        var routing = new Routing(8, 1, capacityFactor: null);
        var loads = new ExpertLoad.PowerLaw(1).TokensOf(routing, 2718, seed: 7);
        Assert.Equal([1000, 500, 333, 250, 200, 167, 143, 125], loads.OrderDescending());
        Assert.NotEqual(loads.OrderDescending(), loads);
        Assert.Equal(loads, new ExpertLoad.PowerLaw(1).TokensOf(routing, 2718, seed: 7));
    }

    [Theory]
    [InlineData("balanced")]
    [InlineData("power_law_1.2")]
    [InlineData("measured_0.5/0.25/0.25/0")]
    public void The_text_reads_back(string text)
    {
        Assert.Equal(text, ExpertLoad.Parse(text).Text);
        Assert.Equal(ExpertLoad.Parse(text), ExpertLoad.Parse(text));
    }

    [Theory]
    [InlineData("zipf")]
    [InlineData("power_law_-1")]
    [InlineData("measured_0/0")]
    [InlineData("measured_0.5/x")]
    public void What_is_no_load_is_told(string text) => Assert.Contains("power_law_EXPONENT", Assert.Throws<UserErrorException>(() => ExpertLoad.Parse(text)).Allowed);

    [Fact]
    public void Only_an_uneven_load_is_part_of_an_ops_text()
    {
        var op = new MoeFfn(128, 64, 256, s_routing, DType.Bf16, SparsityPattern.Dense.Instance);
        Assert.Equal("moe_ffn tokens=128 width=64 expert_width=256 experts=4 top_k=2 capacity=dropless matrices=2 bf16 dense", op.Text);
        Assert.Equal("moe_ffn tokens=128 width=64 expert_width=256 experts=4 top_k=2 capacity=dropless matrices=2 load=power_law_1.2 bf16 dense", (op with { Load = new ExpertLoad.PowerLaw(1.2) }).Text);
        Assert.Equal("permute tokens=128 width=64 experts=4 top_k=2 bf16", new TokenPermutation(128, 64, s_routing, DType.Bf16).Text);
        Assert.Equal(2.0 * 128 * 3 * 64 * 2, new TokenPermutation(128, 64, s_routing, DType.Bf16).CompulsoryTraffic.Value);
    }
}
