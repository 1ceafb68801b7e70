using System.Collections.Concurrent;
using System.Globalization;
using SparseProf.Ops;
using SparseProf.Ops.Errors;
using SparseProf.Ops.Units;
using SparseProf.Profiler.Devices;
using SparseProf.Profiler.Models;
using SparseProf.Profiler.Sampling;
using SparseProf.Profiler.Workers;
using SparseProf.Store.Rows;
using SparseProf.Workloads;

namespace SparseProf.Profiler.Doctor;

/// <summary>
/// Which kernel runs in which type on a GPU: each computes a small product once, in a process that may crash. The
/// families are tried at the same time, so that one that hangs takes nothing from the others.
/// </summary>
internal static class CapabilityMatrix
{
    public const string Untried = "not tried in time";

    /// <summary>How long processes are given to end after the time is spent; what then still holds on is left to the system.</summary>
    public static readonly TimeSpan Ending = TimeSpan.FromSeconds(4);

    // Two kernels of a family may hang, and the rest is still asked.
    private const double Patience = 0.4;

    /// <returns>In all cases within the budget and <see cref="Ending"/>.</returns>
    public static IReadOnlyList<DoctorCheck> Try(WorkerCommand worker, DeviceIdentity gpu, TimeBudget budget)
    {
        var answers = new ConcurrentDictionary<GpuJob, WorkerFailure?>();
        var problems = new ConcurrentDictionary<string, DoctorCheck>();
        var jobs = Jobs().ToList();
        var patience = TimeSpan.FromSeconds(Math.Max(0, Patience * budget.Left.Value));
        // A GPU that lets in one process at a time is asked one family after the other. Not disposed: a thread may outlive this.
        var gate = new SemaphoreSlim(gpu.Facts.GetValueOrDefault("compute_mode", "shared") == "shared" ? int.MaxValue : 1);
        // Threads of their own: the pool's are as many as processors, and these only wait.
        var threads = jobs.GroupBy(job => job.Family).Select(family => new Thread(() =>
        {
            gate.Wait();
            try
            {
                Try(worker, [.. family], patience, budget, answers);
            }
            catch (UserErrorException error)
            {
                problems[family.Key] = new DoctorCheck("cuda", $"gpu {gpu.Index} {family.Key}", DoctorStatus.Missing, error.Message, error.Next);
            }
            finally
            {
                gate.Release();
            }
        })
        { IsBackground = true, Name = $"probe {family.Key}" }).ToList();
        threads.ForEach(thread => thread.Start());
        foreach (var thread in threads)
        {
            var left = TimeSpan.FromSeconds(Math.Max(0, budget.Left.Value)) + Ending;
            thread.Join(left);
        }

        return [.. problems.Values, .. Rows([.. jobs.Where(job => !problems.ContainsKey(job.Family))], answers, gpu.Index)];
    }

    private static string Difference(MeasurementCase? found) =>
        string.Create(CultureInfo.InvariantCulture, $"off by {found?.MaxRelError:0.##e0} of the root mean square, where {found?.Tolerance:0.##e0} is allowed");

    // What is not answered in time says so in its row.
    private static void Try(WorkerCommand worker, IReadOnlyList<GpuJob> family, TimeSpan patience, TimeBudget budget, ConcurrentDictionary<GpuJob, WorkerFailure?> answers)
    {
        if (budget.IsSpent)
            return;
        try
        {
            using var pool = new WorkerPool(worker, patience, budget) { Grace = TimeSpan.Zero };
            pool.Run(
                family,
                (job, heard) => answers[job] = heard.Case is { Verified: true } ? null : new WorkerFailure("wrong result", Difference(heard.Case)),
                (job, failure) => answers[job] = failure,
                CancellationToken.None);
        }
        catch (OutOfTimeException spent) when (spent.Job is not null)
        {
            answers[spent.Job] = new WorkerFailure("timeout", $"the time was spent{(spent.Candidate is { } candidate ? $" while {candidate} was tried" : "")}");
        }
        catch (OutOfTimeException)
        {
        }
    }

    /// <summary>One line a kernel: <c>fp32 ok, bf16 ok, fp8 unsupported; fp8: cublasLtMatmulAlgoGetHeuristic answered …</c>.</summary>
    internal static IReadOnlyList<DoctorCheck> Rows(IReadOnlyList<GpuJob> jobs, IReadOnlyDictionary<GpuJob, WorkerFailure?> answers, int gpu) =>
    [
        .. from job in jobs
           group job by job.Workload is null ? job.Kernel : "models" into kernel
           let works = kernel.Count(job => answers.TryGetValue(job, out var failure) && failure is null)
           select new DoctorCheck(
               "cuda",
               $"gpu {gpu} {kernel.Key}",
               works == kernel.Count() ? DoctorStatus.Ok : works == 0 && kernel.Key != "models" ? DoctorStatus.Missing : DoctorStatus.Limited,
               string.Join("; ", [string.Join(", ", kernel.Select(job => $"{job.Dtype} {Word(job, answers)}")), .. Reasons(kernel, answers)])),
    ];

    // One reason for several types is told once.
    private static IEnumerable<string> Reasons(IEnumerable<GpuJob> kernel, IReadOnlyDictionary<GpuJob, WorkerFailure?> answers) =>
        from job in kernel
        let message = answers.GetValueOrDefault(job)?.Message
        where !string.IsNullOrEmpty(message)
        group job.Dtype by message into reason
        select $"{string.Join(", ", reason)}: {reason.Key}";

    internal static IEnumerable<GpuJob> Jobs()
    {
        foreach (var dtype in new[] { DType.Fp32, DType.Tf32, DType.Bf16, DType.Fp8, DType.Int8, DType.Fp16 })
        {
            var dense = new GpuJob { Kernel = "cublaslt", M = 512, N = 512, K = 512, Dtype = dtype.Name(), Quick = true, Probe = true };
            yield return dense;
            if (dtype != DType.Fp32)
                yield return dense with { Kernel = "cusparselt", Pattern = SparsityPattern.OfSparseTensorCores(dtype).Text };
            if (dtype is DType.Tf32 or DType.Bf16 or DType.Fp16)
                yield return dense with { Kernel = "cusparse.blocked_ell", Pattern = "block:32x32@0.25" };
            if (dtype is not (DType.Fp32 or DType.Bf16 or DType.Fp16))
                continue;
            yield return dense with { Kernel = "cusparse.csr", Pattern = "csr@0.1" };
            yield return dense with { Kernel = "cusparse.bsr", Pattern = "block:32x32@0.25" };
            var experts = dense with { Kernel = "cublaslt.expert_loop", OpKind = "moe_ffn", Experts = 4, TopK = 1 };
            yield return experts;
            yield return experts with { Kernel = "cublas.grouped", TopK = 2, Load = "power_law_1.2" };
        }

        yield return new GpuJob
        {
            Kernel = ModelExecution.TorchDefault.Kernel,
            Workload = WorkloadCatalog.DenseCnn.Name,
            OpKind = "model",
            M = 1,
            N = 0,
            K = 0,
            Dtype = DType.Bf16.Name(),
            Mode = TimingMode.Hot,
            Quick = true,
            Probe = true,
        };
    }

    private static string Word(GpuJob job, IReadOnlyDictionary<GpuJob, WorkerFailure?> answers) =>
        !answers.TryGetValue(job, out var failure) ? Untried : failure is null ? "ok" : failure.Status;
}
