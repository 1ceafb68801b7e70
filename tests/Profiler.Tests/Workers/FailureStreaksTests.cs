using SparseProf.Profiler.Workers;

namespace SparseProf.Profiler.Tests.Workers;

public sealed class FailureStreaksTests
{
    private static readonly GpuJob s_job = new() { Kernel = "cusparselt", M = 64, N = 64, K = 64, Dtype = "bf16", Pattern = "2:4" };
    private static readonly WorkerFailure s_crash = new("crash", "ended by signal 11");
    private static readonly WorkerFailure s_hang = new("timeout", "no answer");

    private readonly FailureStreaks _streaks = new();

    [Fact]
    public void Three_crashes_in_a_row_end_the_tries_of_a_kernel_in_that_type_and_say_why()
    {
        Fail(s_crash, 2);
        Assert.Null(_streaks.GivenUp(s_job));
        Fail(s_crash, 1);
        var given = _streaks.GivenUp(s_job with { M = 128 });
        Assert.Equal("failed", given!.Status);
        Assert.Contains("cusparselt in bf16", given.Message);
        Assert.Contains("ended by signal 11", given.Message);
        Assert.Null(_streaks.GivenUp(s_job with { Dtype = "int8" }));
        Assert.Null(_streaks.GivenUp(s_job with { Kernel = "cublaslt" }));
    }

    [Fact]
    public void Two_hangs_are_enough()
    {
        Fail(s_hang, 2);
        Assert.NotNull(_streaks.GivenUp(s_job));
    }

    [Fact]
    public void A_case_that_was_timed_ends_a_streak_and_one_that_was_only_prepared_does_not()
    {
        Fail(s_crash, 2);
        _streaks.Note(s_job, WorkerStep.Prepare, null);
        Fail(s_crash, 1);
        Assert.NotNull(_streaks.GivenUp(s_job));
        _streaks.Note(s_job, WorkerStep.Time, null);
        Assert.Null(_streaks.GivenUp(s_job));
    }

    private void Fail(WorkerFailure failure, int times)
    {
        for (var i = 0; i < times; i++)
            _streaks.Note(s_job, WorkerStep.Prepare, failure);
    }
}
