namespace SparseProf.Torch.Tests;

public sealed class OneDnnTests
{
    public OneDnnTests()
    {
        RequiresTorch.OrSkip();
        Assert.SkipUnless(OneDnn.Exists, "this libtorch was built without oneDNN");
    }

    [Fact]
    public void Its_linear_agrees_with_the_default_one()
    {
        using var scope = TensorScope.Enter();
        TorchRuntime.Seed(1);
        var (x, weight, bias) = (Aten.Randn([5, 24]), Aten.Randn([17, 24]), Aten.Randn([17]));

        AssertNear(Aten.Linear(x, weight, bias), OneDnn.Linear(x, OneDnn.ToMkldnn(weight), bias));
        AssertNear(Aten.Linear(x, weight, bias), OneDnn.PointwiseLinear(x, Aten.View(weight, 17, 24, 1, 1), bias));
    }

    [Fact]
    public void Its_convolution_agrees_with_the_default_one()
    {
        using var scope = TensorScope.Enter();
        TorchRuntime.Seed(1);
        var (x, weight) = (Aten.Randn([2, 3, 9, 9]), Aten.Randn([4, 3, 3, 3]));

        var packed = OneDnn.ReorderConv2dWeight(OneDnn.ToMkldnn(weight), 2, 1);
        AssertNear(Aten.Conv2d(x, weight, null, 2, 1), OneDnn.Conv2d(x, weight, null, 2, 1));
        AssertNear(Aten.Conv2d(x, weight, null, 2, 1), OneDnn.Conv2d(x, packed, null, 2, 1));
    }

    private static void AssertNear(Tensor expected, Tensor actual)
    {
        Assert.Equal(expected.Shape, actual.Shape);
        Assert.True(Aten.Max(Aten.Abs(Aten.Sub(expected, actual))).Item<float>() < 1e-4);
    }
}
