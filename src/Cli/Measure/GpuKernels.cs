using SparseProf.CostModel.Latency;
using SparseProf.Ops;
using SparseProf.Profiler.Workers;

namespace SparseProf.Cli.Measure;

/// <summary>Which kernels of the GPU's libraries compute a planned call.</summary>
internal static class GpuKernels
{
    /// <summary>Names of kernels; none where the suite has none for it.</summary>
    public static IReadOnlyList<string> Of(KernelCall call) => (call.Kind, call.Pattern) switch
    {
        (KernelKind.Gemm, SparsityPattern.Dense) => ["cublaslt"],
        (KernelKind.Gemm, SparsityPattern.NofM) => ["cusparselt"],
        (KernelKind.Gemm, SparsityPattern.Block) => ["cusparse.bsr", "cusparse.blocked_ell"],
        (KernelKind.Gemm, _) => ["cusparse.csr"],
        (KernelKind.MoeFfn, SparsityPattern.Dense) => ["cublaslt.expert_loop", "cublas.grouped"],
        _ => [],
    };

    /// <summary>One job a kernel, and of a mixture one that permutes its tokens alone; neighbours of one shape and type are compared in turns.</summary>
    public static IEnumerable<GpuJob> Jobs(KernelCall call, Op op, bool quick)
    {
        foreach (var kernel in Of(call))
            yield return Job(kernel, call, op, quick);
        if (op is MoeFfn { Routing.Experts: > 1 })
            yield return Job("sparseprof.permute", call, op, quick) with { OpKind = "permute", N = 0 };
    }

    private static GpuJob Job(string kernel, KernelCall call, Op op, bool quick) => new()
    {
        Kernel = kernel,
        OpKind = op.Kind,
        M = (long)call.M,
        N = (long)call.N,
        K = (long)call.K,
        Dtype = op.DType.Name(),
        Pattern = call.Pattern.Text,
        Experts = (int)call.Experts,
        TopK = (int)call.TopK,
        Load = (op as MoeFfn)?.Load.Text ?? ExpertLoad.Balanced.Instance.Text,
        Quick = quick,
        Group = $"plan {call.Kind} {call.M}x{call.N}x{call.K} {call.DType.Name()}",
    };
}
