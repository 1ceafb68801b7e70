using SparseProf.CostModel.Latency;
using SparseProf.Ops;
using SparseProf.Ops.Errors;

namespace SparseProf.Cli.Measure;

/// <summary>The op that a row of a kernel CSV asks for.</summary>
internal static class PlannedOp
{
    private const int PlainMatrices = 2;

    /// <exception cref="UserErrorException">A shape that cannot carry the row's pattern, or a kind that is not measured.</exception>
    public static Op Of(KernelRow row, string path)
    {
        var call = row.Call;
        var where = $"{path}:{row.Line}";
        if (call.Kind == KernelKind.Gemm && call.Pattern.Misfit((long)call.N, (long)call.K) is { } misfit)
            throw new UserErrorException(ErrorKind.WrongUsage, $"{call.Pattern} does not fit: {misfit}") { Where = where };
        return call.Kind switch
        {
            KernelKind.Gemm => new Gemm(new((long)call.M, (long)call.N, (long)call.K), call.DType, call.Pattern.FitTo((long)call.N, (long)call.K), Batch: (long)call.Batch),
            KernelKind.MoeFfn => new MoeFfn((long)call.M, (long)call.K, (long)call.N, Routing(call, where), call.DType, call.Pattern, Matrices(call, where)) { Load = call.LoadExponent > 0 ? new ExpertLoad.PowerLaw(call.LoadExponent) : ExpertLoad.Balanced.Instance },
            KernelKind.Conv2d => new Conv2d(
                (long)call.Batch, (long)call.K, (long)call.N, (long)call.Rows, (long)call.Columns, (int)call.Kernel, (int)call.Stride, (int)call.Padding, call.DType, call.Pattern),
            KernelKind.Softmax => new Softmax((long)call.Rows, (long)call.Columns, call.DType),
            KernelKind.LayerNorm => new Normalization("layer_norm", (long)call.Rows, (long)call.Columns, call.DType),
            KernelKind.Elementwise => new Elementwise(call.Operands > 1 ? "add" : "gelu", (long)call.Rows, (long)call.Columns, call.DType, (int)call.Operands),
            _ => throw new UserErrorException(ErrorKind.WrongUsage, $"{call.Kind.Name()} is not measured from a plan") { Where = where, Allowed = "gemm, moe_ffn, conv2d, softmax, layer_norm, elementwise" },
        };
    }

    // What is not said is measured plain: gated experts have no kernel here, and the results say which it was.
    private static int Matrices(KernelCall call, string where) => call.Matrices is 0 or PlainMatrices
        ? PlainMatrices
        : throw new UserErrorException(ErrorKind.WrongUsage, $"experts of {call.Matrices} matrices are not measured") { Where = where, Allowed = $"matrices of {PlainMatrices}, or empty" };

    private static Routing Routing(KernelCall call, string where) => call is { TopK: var chosen, Experts: var experts } && chosen <= experts
        ? new((int)experts, (int)chosen, capacityFactor: null)
        : throw new UserErrorException(ErrorKind.WrongUsage, "this routing is not measured") { Where = where, Allowed = "top_k of at most experts" };
}
