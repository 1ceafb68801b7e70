using SparseProf.Ops;
using SparseProf.Torch;
using SparseProf.Workloads.Sparsity;

namespace SparseProf.Workloads.Tests.Sparsity;

public sealed class MasksTests
{
    public MasksTests() => RequiresTorch.OrSkip();

    [Fact]
    public void Two_of_four_keeps_the_two_largest_of_each_group()
    {
        using var scope = TensorScope.Enter();
        var weight = Aten.FromArray([1f, -5, 3, 2, 0, 0, 0, 0], 1, 8);

        var mask = Masks.ByMagnitude(weight, SparsityPattern.TwoFour)!;

        Assert.Equal([false, true, true, false, true, true, false, false], mask.Data<bool>());
    }

    [Fact]
    public void Blocks_are_kept_whole_by_their_weight()
    {
        using var scope = TensorScope.Enter();
        var weight = Aten.FromArray([1f, 1, 9, 0, 1, 1, 0, 0, 3, 3, 0, 1, 3, 3, 1, 0], 4, 4);

        var mask = Masks.ByMagnitude(weight, new SparsityPattern.Block(2, 2, new(0.5)))!;

        Assert.Equal(
            [false, false, true, true, false, false, true, true, true, true, false, false, true, true, false, false],
            mask.Data<bool>());
    }

    [Theory]
    [InlineData(0.001)]
    [InlineData(0.1)]
    [InlineData(0.37)]
    [InlineData(1)]
    public void Unstructured_keeps_exactly_the_largest(double density)
    {
        using var scope = TensorScope.Enter();
        TorchRuntime.Seed(1);
        var weight = Aten.Randn([100, 130]);
        var pattern = new SparsityPattern.Unstructured(new(density));

        var kept = Masks.ByMagnitude(weight, pattern)!.Data<bool>().ToArray();

        var values = weight.Data<float>().ToArray();
        var smallestKept = values.Where((_, i) => kept[i]).Min(MathF.Abs);
        Assert.Equal(pattern.Nonzeros(100, 130), kept.Count(isKept => isKept));
        Assert.All(values.Where((_, i) => !kept[i]), value => Assert.True(MathF.Abs(value) <= smallestKept));
    }

    [Fact]
    public void Equal_weights_are_kept_up_to_the_count()
    {
        using var scope = TensorScope.Enter();

        var mask = Masks.ByMagnitude(Aten.Ones([4, 4]), new SparsityPattern.Unstructured(new(0.25)))!;

        Assert.Equal(4, mask.Data<bool>().Count(true));
    }

    [Fact]
    public void A_shape_that_cannot_carry_the_pattern_is_refused()
    {
        using var weight = Aten.Zeros([2, 6]);

        Assert.Throws<ArgumentException>(() => Masks.ByMagnitude(weight, SparsityPattern.TwoFour));
    }

    [Fact]
    public void Dense_weights_need_no_mask()
    {
        using var weight = Aten.Zeros([2, 6]);

        Assert.Null(Masks.ByMagnitude(weight, SparsityPattern.Dense.Instance));
    }
}
