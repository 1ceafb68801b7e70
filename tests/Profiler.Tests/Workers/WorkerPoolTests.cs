using SparseProf.Ops;
using SparseProf.Ops.Errors;
using SparseProf.Profiler.Sampling;
using SparseProf.Profiler.Workers;
using SparseProf.Store.Rows;

namespace SparseProf.Profiler.Tests.Workers;

/// <summary>Children that really crash, hang and babble, as shell scripts.</summary>
public sealed class WorkerPoolTests
{
    private const string Ready = "@sparseprof {\"kind\":\"ready\"}";

    // Sets $answer to what fits the job.
    private static readonly string s_answer = $"case $job in {string.Join("", new[] { 1L, 2, 3 }.Select(m => $"*'\"m\":{m},'*) answer='{Measured(m)}';; "))}esac;";

    private readonly List<(GpuJob Job, WorkerEvent Event)> _measured = [];
    private readonly List<(GpuJob Job, WorkerFailure Failure)> _failed = [];

    [Fact]
    public void Every_job_is_answered_by_one_process_of_its_family()
    {
        Run($"echo '{Ready}'; while read -r job; do {s_answer} echo \"$answer\"; done", Job(1), Job(2), Job(3));
        Assert.Equal([1L, 2L, 3L], _measured.Select(answer => answer.Job.M));
        Assert.Equal([0.001, 0.002], _measured[0].Event.Times);
        Assert.Empty(_failed);
    }

    [Fact]
    public void A_segmentation_fault_is_a_recorded_fact_and_the_next_job_runs()
    {
        Run($"echo '{Ready}'; while read -r job; do case $job in *'\"m\":2,'*) echo 'illegal something' >&2; kill -SEGV $$;; esac; {s_answer} echo \"$answer\"; done", Job(1), Job(2), Job(3));
        Assert.Equal([1L, 3L], _measured.Select(answer => answer.Job.M));
        var (job, failure) = Assert.Single(_failed);
        Assert.Equal(2, job.M);
        Assert.Equal("crash", failure.Status);
        Assert.Equal(11, failure.Signal);
        Assert.Equal(139, failure.ExitCode);
        Assert.Contains("segmentation fault", failure.Message);
        Assert.Contains("illegal something", failure.OutputTail);
    }

    [Fact]
    public void A_child_that_hangs_is_ended_and_the_next_job_runs()
    {
        Run($"echo '{Ready}'; while read -r job; do case $job in *'\"m\":1,'*) sleep 60;; esac; {s_answer} echo \"$answer\"; done", Job(1), Job(2));
        Assert.Equal("timeout", Assert.Single(_failed).Failure.Status);
        Assert.Equal(2, Assert.Single(_measured).Job.M);
    }

    [Fact]
    public void A_kind_of_candidate_that_hangs_or_crashes_is_left_out_by_the_next_process_and_by_the_jobs_that_follow()
    {
        var search = "case $job in *hangs*) ;; *) echo '@sparseprof {\"kind\":\"trying\",\"message\":\"hangs\"}'; sleep 60;; esac;"
            + "case $job in *crashes*) ;; *) echo '@sparseprof {\"kind\":\"trying\",\"message\":\"crashes\"}'; kill -SEGV $$;; esac;"
            + "echo '@sparseprof {\"kind\":\"trying\",\"message\":\"fine\"}'; echo '@sparseprof {\"kind\":\"trying\"}';";
        Run($"echo '{Ready}'; n=0; while read -r job; do n=$((n+1)); {search} {s_answer} echo \"${{answer/0.001/$n}}\"; done", Job(1), Job(2));
        Assert.Empty(_failed);
        Assert.Equal([1L, 2L], _measured.Select(answer => answer.Job.M));
        // The third process answered both.
        Assert.Equal(2, _measured[1].Event.Times[0]);
    }

    [Fact]
    public void A_case_that_ends_the_process_with_every_candidate_is_a_failure_and_others_lose_none()
    {
        var search = "next=$(echo \"$job\" | tr -cd ';' | wc -c); case $job in *id=*) next=$((next+1));; esac; echo '@sparseprof {\"kind\":\"trying\",\"message\":\"id='$next'\"}'; kill -SEGV $$";
        Run($"echo '{Ready}'; while read -r job; do case $job in *'\"m\":1,'*) {search};; *id=*) exit 4;; esac; {s_answer} echo \"$answer\"; done", Job(1), Job(2));
        var (job, failure) = Assert.Single(_failed);
        Assert.Equal((1L, "crash"), (job.M, failure.Status));
        Assert.EndsWith("while id=3 was tried", failure.Message);
        Assert.Equal(2, Assert.Single(_measured).Job.M);
    }

    [Fact]
    public void What_libraries_print_is_not_taken_for_an_answer()
    {
        Run($"echo '** On entry to cusparseCreate()'; echo '{Ready}'; while read -r job; do echo garbage; echo '@sparseprof {{broken'; printf unfinished; {s_answer} echo \"$answer\"; done", Job(1));
        Assert.Single(_measured);
        Assert.Empty(_failed);
    }

    [Fact]
    public void A_child_that_only_prints_garbage_and_ends_is_a_crash_with_its_last_words()
    {
        Run($"echo '{Ready}'; read -r job; echo 'terminate called'; exit 3", Job(1));
        var failure = Assert.Single(_failed).Failure;
        Assert.Equal(("crash", 3), (failure.Status, failure.ExitCode));
        Assert.Null(failure.Signal);
        Assert.Contains("terminate called", failure.OutputTail);
    }

    [Fact]
    public void A_refusal_keeps_the_process_and_a_fatal_one_replaces_it()
    {
        var refused = "@sparseprof {\"kind\":\"refused\",\"status\":\"unsupported\",\"message\":\"alignment\"}";
        var fatal = "@sparseprof {\"kind\":\"refused\",\"status\":\"crash\",\"message\":\"illegal address\",\"fatal\":true}";
        Run($"echo '{Ready}'; n=0; while read -r job; do n=$((n+1)); case $job in *'\"m\":1,'*) echo '{refused}';; *'\"m\":2,'*) echo '{fatal}';; *) {s_answer} echo \"${{answer/0.001/$n}}\";; esac; done", Job(1), Job(2), Job(3));
        Assert.Equal(["unsupported", "crash"], _failed.Select(answer => answer.Failure.Status));
        Assert.Equal([1, 0.002], Assert.Single(_measured).Event.Times);
    }

    [Fact]
    public void A_worker_that_never_gets_ready_ends_the_run_with_its_words()
    {
        var error = Assert.Throws<UserErrorException>(() => Run("echo 'no driver' >&2; exit 3", Job(1)));
        Assert.Equal(ErrorKind.Missing, error.Kind);
        Assert.Contains("did not start", error.Message);
        Assert.Contains("no driver", error.Where);
    }

    [Fact]
    public void Families_do_not_share_a_process_and_fp16_on_cusparselt_is_alone()
    {
        Assert.Equal("cusparse", (Job(1) with { Kernel = "cusparse.csr" }).Family);
        Assert.Equal("cusparselt", (Job(1) with { Kernel = "cusparselt" }).Family);
        Assert.Equal("cusparselt fp16", (Job(1) with { Kernel = "cusparselt", Dtype = "fp16" }).Family);
    }

    [Fact]
    public void A_job_survives_the_pipe_and_names_its_op()
    {
        var job = Job(64) with { Kernel = "cublas.grouped", OpKind = "moe_ffn", Experts = 8, TopK = 2, Mode = TimingMode.Cold, Regime = Regime.Sustained };
        var read = WorkerLines.Read<GpuJob>(WorkerLines.Write(job));
        Assert.Equal(job, read);
        Assert.IsType<MoeFfn>(read!.ToOp());
        Assert.Equal("gemm m=64 n=256 k=128 bf16 dense", Job(64).ToOp().Text);
    }

    private static GpuJob Job(long m) => new() { Kernel = "cublaslt", M = m, N = 256, K = 128, Dtype = "bf16" };

    private static string Measured(long m) => WorkerLines.Write(new WorkerEvent
    {
        Kind = "measured",
        Case = MeasurementCase.For(Job(m).ToOp(), "cublaslt", TimingMode.Graph, Execution.Dense, verified: true),
        Times = [0.001, 0.002],
        Result = new MeasurementResult { StopReason = "interval_narrow", ElapsedS = 1, SampleCount = 2, CallsPerSample = 1, WarmUpCalls = 0 },
    });

    private void Run(string script, params GpuJob[] jobs)
    {
        using var pool = new WorkerPool(new WorkerCommand("/bin/bash", ["-c", script]), TimeSpan.FromSeconds(2), TimeBudget.Unlimited);
        pool.Run(jobs, (job, heard) => _measured.Add((job, heard)), (job, failure) => _failed.Add((job, failure)), TestContext.Current.CancellationToken);
    }
}
