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

        var difference = Aten.Sub(OneDnn.Linear(x, OneDnn.ToMkldnn(weight), bias), Aten.Linear(x, weight, bias));

        Assert.True(Aten.Max(Aten.Abs(difference)).Item<float>() < 1e-4);
    }

    [Fact]
    public void Its_convolution_agrees_with_the_default_one()
    {
        using var scope = TensorScope.Enter();
        TorchRuntime.Seed(1);
        var (x, weight) = (Aten.Randn([2, 3, 9, 9]), Aten.Randn([4, 3, 3, 3]));

        var difference = Aten.Sub(OneDnn.Conv2d(x, weight, null, 2, 1), Aten.Conv2d(x, weight, null, 2, 1));

        Assert.True(Aten.Max(Aten.Abs(difference)).Item<float>() < 1e-4);
    }
}
