using System.Diagnostics;
using SparseProf.Ops.Units;
using SparseProf.Profiler.Doctor;
using SparseProf.Profiler.Sampling;
using SparseProf.Profiler.Tests.Workers;
using SparseProf.Profiler.Workers;

namespace SparseProf.Profiler.Tests.Doctor;

/// <summary>Whatever hangs, the look at a machine ends.</summary>
public sealed class DoctorBoundTests
{
    [Fact]
    public void All_of_it_stays_under_a_minute() => Assert.InRange(Examination.Time.Value + CapabilityMatrix.Ending.TotalSeconds, 0, 55);

    [Theory]
    [InlineData("sleep 100")]
    [InlineData("echo '@sparseprof {\"kind\":\"ready\"}'; while read -r job; do sleep 100; done")]
    [InlineData("trap '' TERM; echo '@sparseprof {\"kind\":\"ready\"}'; while read -r job; do while :; do sleep 0.2; done; done")]
    [InlineData("echo '@sparseprof {\"kind\":\"ready\"}'; while read -r job; do echo babble; sleep 0.5; done")]
    public void Workers_that_hang_are_told_as_such_within_the_budget_and_the_time_of_ending(string script)
    {
        var begun = Stopwatch.GetTimestamp();
        var rows = CapabilityMatrix.Try(new WorkerCommand("/bin/bash", ["-c", script]), PlantedGpu.Identity, new TimeBudget(TimeProvider.System, new Seconds(1)));
        // Two seconds for a busy machine to start threads.
        Assert.InRange(Stopwatch.GetElapsedTime(begun).TotalSeconds, 0.9, 1 + CapabilityMatrix.Ending.TotalSeconds + 2);
        Assert.Contains(rows, row => row.Name == "gpu 0 cublaslt");
        Assert.All(rows, row => Assert.Matches("timeout|not tried in time", row.Detail));
    }

    [Fact]
    public void A_call_that_never_returns_is_one_missing_check()
    {
        using var never = new ManualResetEventSlim();
        var check = Assert.Single(TimelyChecks.Within(new Seconds(0.2), "cuda", () =>
        {
            never.Wait();
            return [];
        }));
        Assert.Equal(("cuda", DoctorStatus.Missing, "none within 200 ms"), (check.Area, check.Status, check.Detail));
        never.Set();
    }

    [Fact]
    public void What_a_check_throws_is_thrown() =>
        Assert.Throws<InvalidOperationException>(() => TimelyChecks.Within(new Seconds(10), "cuda", () => throw new InvalidOperationException()));
}
