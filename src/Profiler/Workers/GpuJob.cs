using SparseProf.Ops;
using SparseProf.Ops.Errors;
using SparseProf.Ops.Units;
using SparseProf.Profiler.Kernels.Cuda;
using SparseProf.Profiler.Models;
using SparseProf.Profiler.Workers.Calibration;
using SparseProf.Store.Rows;

namespace SparseProf.Profiler.Workers;

/// <summary>One case that a worker process measures; what crosses the pipe is this record as one line of JSON.</summary>
public sealed record GpuJob
{
    /// <summary>cublaslt, cusparselt, cusparse.csr, …</summary>
    public required string Kernel { get; init; }

    /// <summary>gemm, moe_ffn or permute.</summary>
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

    /// <summary>Of a mixture: how tokens are spread over its experts, as <see cref="ExpertLoad.Text"/>.</summary>
    public string Load { get; init; } = "balanced";

    public TimingMode Mode { get; init; } = TimingMode.Graph;

    public Regime Regime { get; init; } = Regime.Burst;

    /// <summary>Also measure energy, which takes seconds.</summary>
    public bool Energy { get; init; }

    public bool Quick { get; init; }

    public int Seed { get; init; } = 1;

    /// <summary>What the operands hold: normal or zeros, which draw less power and are never a headline.</summary>
    public string Data { get; init; } = "normal";

    /// <summary>Neighbours with the same group are measured side by side in turns, each in the process of its family.</summary>
    public string? Group { get; init; }

    /// <summary>Kinds of candidates that the search leaves out because they ended a process; separated by semicolons.</summary>
    public string Without { get; init; } = "";

    /// <summary>Only to be prepared and verified, not timed.</summary>
    public bool Probe { get; init; }

    /// <summary>Of model: a name of the catalog; <see cref="Kernel"/> is then the execution, <see cref="M"/> the batch.</summary>
    public string? Workload { get; init; }

    /// <summary>Whether it looks at the instrument: what it answers are observations, and it is no case.</summary>
    public bool Calibrates => PowerMeterJob.Is(Kernel) || Kernel == SentinelJob.Kernel;

    /// <summary>
    /// Jobs of one family share a process. fp16 on cuSPARSELt has a process of its own, because it is known to end in an
    /// illegal instruction on some GPUs.
    /// </summary>
    public string Family => Workload is not null ? "models" : Kernel == "cusparselt" && Dtype == DType.Fp16.Name() ? "cusparselt fp16" : Kernel.Split('.')[0];

    /// <summary>What fails alike: a kernel in a type, or all models in it.</summary>
    public string KernelInType => $"{(Workload is null ? Kernel : "models")} in {Dtype}";

    /// <summary>Wall time that the job is expected to take, search included; only the order of magnitude matters.</summary>
    public Seconds ExpectedTime => new((Workload is not null ? 4 : 1.5) + (Regime == Regime.Sustained ? 7 : PowerMeterJob.Is(Kernel) ? 14 : Quick ? 1 : 2));

    /// <param name="announce">Hears which kind of candidate a search tries next; null when it is over.</param>
    public CandidateTrials Trials(Action<string?> announce) => new(Without.Split(';').ToHashSet(), announce);

    /// <summary>The canonical text under which it is stored.</summary>
    public string OpText => Calibrates ? Kernel : Workload is not null ? ToCase().Op : ToOp().Text;

    /// <summary>What is stored of a job that fails before it is prepared.</summary>
    public MeasurementCase ToCase() => Workload is { } name
        ? ModelCase.Of(ModelWorkload.Of(name, Pattern, M), ModelExecution.Parse(Kernel), DTypes.Parse(Dtype), Mode, Seed) with { Regime = Regime }
        : MeasurementCase.For(ToOp(), Kernel, Mode, Execution.Sparse, verified: false) with { Regime = Regime, Data = Data };

    /// <exception cref="UserErrorException">A type, pattern or kind that does not exist.</exception>
    public Op ToOp()
    {
        var dtype = DTypes.Parse(Dtype);
        return OpKind switch
        {
            "gemm" => new Gemm(new GemmShape(M, N, K), dtype, SparsityPatternText.Parse(Pattern)),
            "moe_ffn" => new MoeFfn(M, K, N, new Routing(Experts, TopK, capacityFactor: null), dtype, SparsityPatternText.Parse(Pattern)) { Load = ExpertLoad.Parse(Load) },
            "permute" => new TokenPermutation(M, K, new Routing(Experts, TopK, capacityFactor: null), dtype) { Load = ExpertLoad.Parse(Load) },
            _ => throw Suggestion.UnknownName("kind of op", OpKind, ["gemm", "moe_ffn", "permute"]),
        };
    }
}
