using SparseProf.Ops.Errors;
using SparseProf.Profiler.Kernels.Simd;
using SparseProf.Profiler.Kernels.Threading;

namespace SparseProf.Profiler.Tests.Kernels;

public sealed class WorkerTeamTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Every_item_is_done_once_in_every_round_awake_or_asleep(int threads)
    {
        using var team = new WorkerTeam(threads);
        var work = new Counting(100);
        for (var round = 1; round <= 50; round++)
        {
            team.Run(work);
            Assert.All(work.Done, done => Assert.Equal(round, done));
            if (round % 20 == 0)
                Thread.Sleep(5);
        }
    }

    [Fact]
    public void A_failure_on_another_thread_reaches_the_caller_and_the_team_lives_on()
    {
        using var team = new WorkerTeam(2);
        var failure = Assert.Throws<AggregateException>(() => team.Run(new Failing()));
        Assert.Equal("worker 1", failure.InnerException?.Message);
        var work = new Counting(3);
        team.Run(work);
        Assert.All(work.Done, done => Assert.Equal(1, done));
    }

    [Fact]
    public void An_instruction_set_that_is_misspelt_is_named_with_what_was_meant()
    {
        var error = Assert.Throws<UserErrorException>(() => SimdLevels.Choose("avx3"));
        Assert.Equal(ErrorKind.WrongUsage, error.Kind);
        Assert.Contains("avx2", error.Next, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_wish_the_widest_instruction_set_is_taken()
    {
        Assert.True(SimdLevels.Choose(null).IsSupported());
        Assert.Equal(SimdLevel.Portable, SimdLevels.Choose("portable"));
    }

    private sealed class Counting(int items) : ParallelWork
    {
        public int[] Done { get; } = new int[items];

        protected internal override void Execute(int worker)
        {
            while (TakeNext() is var item && item < Done.Length)
                Interlocked.Increment(ref Done[item]);
        }
    }

    private sealed class Failing : ParallelWork
    {
        protected internal override void Execute(int worker)
        {
            if (worker == 1)
                throw new InvalidOperationException("worker 1");
        }
    }
}
