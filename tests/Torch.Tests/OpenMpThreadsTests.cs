namespace SparseProf.Torch.Tests;

public sealed class OpenMpThreadsTests
{
    public OpenMpThreadsTests() => RequiresTorch.OrSkip();

    [Fact]
    public void A_thread_that_runs_operators_keeps_to_one_core_and_others_stay_free()
    {
        var (all, bound, freed) = OnAThread(() =>
        {
            _ = TorchLibrary.Loaded;
            OpenMpThreads.Unbind();
            var all = ProcessorMask.Current();
            RunOnEveryThread();
            var bound = ProcessorMask.Current();
            // Asked for once more by a bound thread, as doctor does: what is free stays known.
            _ = TorchLibrary.Load(TorchSearch.FromEnvironment());
            var freed = OpenMpThreads.Unbound(ProcessorMask.Current);
            return (all, bound, freed);
        });

        Assert.SkipWhen(all.Count < 2, "needs two processors");
        Assert.SkipUnless(TorchSearch.FromEnvironment().FindNamedLibrary() is null && Placing.All(name => Environment.GetEnvironmentVariable(name) is null), "the environment names a libtorch or places its threads");
        Assert.True(bound.Count < all.Count);
        Assert.Equal(all.Count, freed.Count);
    }

    private static readonly string[] Placing = ["OMP_PLACES", "OMP_PROC_BIND", "GOMP_CPU_AFFINITY"];

    private static void RunOnEveryThread()
    {
        TorchRuntime.Threads = Environment.ProcessorCount;
        using var values = Aten.Randn([1 << 20]);
        using var result = Aten.Gelu(values);
    }

    // What binds a thread must not bind those of other tests.
    private static T OnAThread<T>(Func<T> work)
    {
        T result = default!;
        var thread = new Thread(() => result = work());
        thread.Start();
        thread.Join();
        return result;
    }
}
