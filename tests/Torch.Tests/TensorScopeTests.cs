namespace SparseProf.Torch.Tests;

public sealed class TensorScopeTests
{
    public TensorScopeTests() => RequiresTorch.OrSkip();

    [Fact]
    public void Ten_thousand_forwards_leave_no_tensor_behind()
    {
        using var weight = Aten.Zeros([8, 8]);
        using var input = Aten.Ones([4, 8]);
        var before = TorchRuntime.LiveTensors;

        for (var i = 0; i < 10_000; i++)
        {
            using var scope = TensorScope.Enter();
            Aten.Softmax(Aten.Gelu(Aten.Linear(input, weight)), -1);
        }

        Assert.Equal(before, TorchRuntime.LiveTensors);
    }

    [Fact]
    public void What_is_kept_passes_to_the_scope_around()
    {
        Tensor kept;
        Tensor dropped;
        using (var outer = TensorScope.Enter())
        {
            using (var inner = TensorScope.Enter())
            {
                dropped = Aten.Zeros([1]);
                kept = inner.Keep(Aten.Ones([1]));
            }

            Assert.True(dropped.IsClosed);
            Assert.Equal(1f, kept.Item<float>());
        }

        Assert.True(kept.IsClosed);
    }

    [Fact]
    public void A_released_tensor_outlives_every_scope()
    {
        Tensor released;
        using (TensorScope.Enter())
        using (TensorScope.Enter())
            released = TensorScope.Release(Aten.Ones([1]));

        Assert.Equal(1f, released.Item<float>());
        released.Dispose();
    }

    [Fact]
    public void Scopes_end_innermost_first()
    {
        var outer = TensorScope.Enter();
        var inner = TensorScope.Enter();

        Assert.Throws<InvalidOperationException>(outer.Dispose);

        inner.Dispose();
        outer.Dispose();
    }

    [Fact]
    public void Without_a_scope_the_garbage_collector_frees_what_is_forgotten()
    {
        var before = TorchRuntime.LiveTensors;
        Forget();
        for (var i = 0; i < 50 && TorchRuntime.LiveTensors > before; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.Equal(before, TorchRuntime.LiveTensors);

        static void Forget()
        {
            for (var i = 0; i < 100; i++)
                Aten.Zeros([1]);
        }
    }
}
