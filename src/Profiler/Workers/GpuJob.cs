using SparseProf.Ops;
using SparseProf.Ops.Errors;

namespace SparseProf.Profiler.Workers;

/// <summary>One case that a worker process measures; what crosses the pipe is this record as one line of JSON.</summary>
public sealed record GpuJob
{
    /// <summary>cublaslt, cusparselt, cusparse.csr, …</summary>
    public required string Kernel { get; init; }

    /// <summary>gemm or moe_ffn.</summary>
    public string OpKind { get; init; } = "gemm";

    /// <summary>Tokens.</summary>
    public required long M { get; init; }

    /// <summary>Outputs; for a mixture the experts' width.</summary>
    public required long N { get; init; }

    /// <summary>Inputs.</summary>
    public required long K { get; init; }

    public required string Dtype { get; init; }

    public string Pattern { get; init; } = "dense";

    public int Experts { get; init; }

    public int TopK { get; init; }

    public TimingMode Mode { get; init; } = TimingMode.Graph;

    public Regime Regime { get; init; } = Regime.Burst;

    /// <summary>Also measure energy, which takes seconds.</summary>
    public bool Energy { get; init; }

    public bool Quick { get; init; }

    public int Seed { get; init; } = 1;

    /// <summary>
    /// Jobs of one family share a process. fp16 on cuSPARSELt has a process of its own, because it is known to end in an
    /// illegal instruction on some GPUs.
    /// </summary>
    public string Family => Kernel == "cusparselt" && Dtype == DType.Fp16.Name() ? "cusparselt fp16" : Kernel.Split('.')[0];

    /// <exception cref="UserErrorException">A type, pattern or kind that does not exist.</exception>
    public Op ToOp()
    {
        var dtype = DTypes.Parse(Dtype);
        return OpKind switch
        {
            "gemm" => new Gemm(new GemmShape(M, N, K), dtype, SparsityPatternText.Parse(Pattern)),
            "moe_ffn" => new MoeFfn(M, K, N, new Routing(Experts, TopK, capacityFactor: null), dtype, SparsityPatternText.Parse(Pattern)),
            _ => throw Suggestion.UnknownName("kind of op", OpKind, ["gemm", "moe_ffn"]),
        };
    }
}
