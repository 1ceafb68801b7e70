namespace SparseProf.Torch.Tests;

public sealed class AutogradTests
{
    public AutogradTests() => RequiresTorch.OrSkip();

    [Fact]
    public void The_gradient_of_a_linear_layer_is_the_analytic_one()
    {
        using var scope = TensorScope.Enter();
        var x = Aten.FromArray([1f, 2, 3, 4, 5, 6], 2, 3);
        var weight = Aten.FromArray([1f, -1, 2, 0.5f, 3, -2], 2, 3);
        weight.RequiresGrad = true;

        // sum over (x Wᵀ)² has the gradient 2 (x Wᵀ)ᵀ x.
        var y = Aten.Linear(x, weight);
        Autograd.Backward(Aten.Sum(Aten.Mul(y, y)));

        var analytic = Aten.Mul(Aten.Matmul(Aten.Transpose(Aten.Detach(y), 0, 1), x), 2.0);
        Assert.Equal(analytic.Data<float>(), Autograd.Grad(weight)!.Data<float>());
    }

    [Fact]
    public void A_second_backward_adds_to_the_gradient_until_it_is_forgotten()
    {
        using var scope = TensorScope.Enter();
        var weight = Aten.Ones([2]);
        weight.RequiresGrad = true;

        Autograd.Backward(Aten.Sum(weight));
        Autograd.Backward(Aten.Sum(weight));
        Assert.Equal([2f, 2], Autograd.Grad(weight)!.Data<float>());

        Autograd.SetGrad(weight, null);
        Assert.Null(Autograd.Grad(weight));
    }

    [Fact]
    public void Nothing_is_recorded_without_gradients_and_the_mode_ends_with_its_block()
    {
        using var scope = TensorScope.Enter();
        var weight = Aten.Ones([2]);
        weight.RequiresGrad = true;

        bool within;
        using (Autograd.NoGrad())
            within = Aten.Relu(weight).RequiresGrad;

        Assert.False(within);
        Assert.True(Aten.Relu(weight).RequiresGrad);
    }

    [Fact]
    public void Inference_records_nothing_and_ends_with_its_block()
    {
        using var scope = TensorScope.Enter();
        var weight = Aten.Ones([2]);
        weight.RequiresGrad = true;

        bool within;
        using (Autograd.Inference())
            within = Aten.Relu(weight).RequiresGrad;

        Assert.False(within);
        Assert.True(Aten.Relu(weight).RequiresGrad);
    }

    [Fact]
    public void Backward_from_what_needs_no_gradient_is_refused()
    {
        using var scope = TensorScope.Enter();
        var loss = Aten.Sum(Aten.Ones([2]));

        var error = Assert.Throws<TorchException>(() => Autograd.Backward(loss));

        Assert.StartsWith("backward: element 0 of tensors does not require grad", error.Message);
    }

    [Fact]
    public void Cross_entropy_of_even_logits_is_the_logarithm_of_the_classes()
    {
        using var scope = TensorScope.Enter();

        var loss = Aten.CrossEntropy(Aten.Zeros([3, 10]), Aten.FromArray([0L, 4, 9], 3));

        Assert.Equal(Math.Log(10), loss.Item<float>(), 1e-6);
    }
}
