using SparseProf.Ops;
using SparseProf.Ops.Errors;
using SparseProf.Profiler.Devices;
using SparseProf.Profiler.Workers;

namespace SparseProf.Profiler.Doctor;

/// <summary>Which kernel runs in which type on a GPU: each computes a small product once, in a process that may crash.</summary>
internal static class CapabilityMatrix
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    public static IReadOnlyList<DoctorCheck> Try(WorkerCommand worker, DeviceIdentity gpu)
    {
        var answers = new Dictionary<GpuJob, string>();
        try
        {
            using var pool = new WorkerPool(worker, s_patience);
            pool.Run(
                Jobs(),
                (job, heard) => answers[job] = heard.Case is { Verified: true } ? "ok" : "wrong result",
                (job, failure) => answers[job] = failure.Status,
                CancellationToken.None);
        }
        catch (UserErrorException error)
        {
            return [new DoctorCheck("cuda", $"gpu {gpu.Index} kernels", DoctorStatus.Missing, error.Message, error.Next)];
        }

        return Rows(answers, gpu.Index);
    }

    /// <summary>One line a kernel: <c>fp32 ok, bf16 ok, fp8 unsupported</c>.</summary>
    internal static IReadOnlyList<DoctorCheck> Rows(IReadOnlyDictionary<GpuJob, string> answers, int gpu) =>
    [
        .. from answer in answers
           group answer by answer.Key.Kernel into kernel
           let works = kernel.Count(answer => answer.Value == "ok")
           select new DoctorCheck(
               "cuda",
               $"gpu {gpu} {kernel.Key}",
               works == 0 ? DoctorStatus.Missing : works == kernel.Count() ? DoctorStatus.Ok : DoctorStatus.Limited,
               string.Join(", ", kernel.Select(answer => $"{answer.Key.Dtype} {answer.Value}"))),
    ];

    internal static IEnumerable<GpuJob> Jobs()
    {
        foreach (var dtype in new[] { DType.Fp32, DType.Tf32, DType.Bf16, DType.Fp8, DType.Int8, DType.Fp16 })
        {
            var dense = new GpuJob { Kernel = "cublaslt", M = 512, N = 512, K = 512, Dtype = dtype.Name(), Quick = true, Probe = true };
            yield return dense;
            if (dtype != DType.Fp32)
                yield return dense with { Kernel = "cusparselt", Pattern = SparsityPattern.TwoFour.Text };
            if (dtype is not (DType.Fp32 or DType.Bf16 or DType.Fp16))
                continue;
            yield return dense with { Kernel = "cusparse.csr", Pattern = "csr@0.1" };
            yield return dense with { Kernel = "cusparse.bsr", Pattern = "block:32x32@0.25" };
            yield return dense with { Kernel = "cusparse.blocked_ell", Pattern = "block:32x32@0.25" };
            var experts = dense with { Kernel = "cublaslt.expert_loop", OpKind = "moe_ffn", Experts = 4, TopK = 1 };
            yield return experts;
            yield return experts with { Kernel = "cublas.grouped" };
        }
    }
}
