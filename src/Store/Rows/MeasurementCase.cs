using SparseProf.Ops;

namespace SparseProf.Store.Rows;

/// <summary>What is measured, complete before the first sample.</summary>
public record MeasurementCase
{
    /// <summary>The model or suite that the op stands for or belongs to.</summary>
    public string? Workload { get; init; }

    /// <summary>Canonical text of the op, or of the whole model with its batch and length.</summary>
    public required string Op { get; init; }

    /// <summary>gemm, conv2d, …, or model.</summary>
    public required string OpKind { get; init; }

    public required string Kernel { get; init; }

    public string? Library { get; init; }

    public string? LibraryVersion { get; init; }

    /// <summary>Algorithm, tile, split-K and whatever else was chosen by search.</summary>
    public string? Algorithm { get; init; }

    public required string Dtype { get; init; }

    public required string Pattern { get; init; }

    public long? M { get; init; }

    public long? N { get; init; }

    public long? K { get; init; }

    public long? Batch { get; init; }

    public required TimingMode Mode { get; init; }

    public Regime Regime { get; init; } = Regime.Burst;

    public required Execution Execution { get; init; }

    /// <summary>Distribution of the operands: normal, uniform, zeros…</summary>
    public string Data { get; init; } = "normal";

    public long? Seed { get; init; }

    public long? Threads { get; init; }

    public double? DenseEquivalentFlops { get; init; }

    public double? NonzeroFlops { get; init; }

    public double? ParametersTotal { get; init; }

    public double? ParametersActive { get; init; }

    public double? ParametersNonzero { get; init; }

    public double? WeightBytes { get; init; }

    public double? TrafficBytes { get; init; }

    /// <summary>Whether the result agreed with a reference before it was timed.</summary>
    public required bool Verified { get; init; }

    public double? MaxRelError { get; init; }

    public double? Tolerance { get; init; }

    /// <summary>A case of one op, with everything that the op knows of itself.</summary>
    public static MeasurementCase For(Op op, string kernel, TimingMode mode, Execution execution, bool verified)
    {
        GemmShape? shape = op switch
        {
            Gemm gemm => gemm.Shape,
            Conv2d convolution => convolution.AsGemm,
            _ => null,
        };
        SparsityPattern pattern = op switch
        {
            Gemm gemm => gemm.Pattern,
            Conv2d convolution => convolution.Pattern,
            MoeFfn mixture => mixture.Pattern,
            _ => SparsityPattern.Dense.Instance,
        };
        long? batch = op switch
        {
            Gemm gemm => gemm.Batch,
            Conv2d convolution => convolution.Batch,
            _ => null,
        };
        return new MeasurementCase
        {
            Op = op.Text,
            OpKind = op.Kind,
            Kernel = kernel,
            Dtype = op.DType.Name(),
            Pattern = pattern.Text,
            M = shape?.M,
            N = shape?.N,
            K = shape?.K,
            Batch = batch,
            Mode = mode,
            Execution = execution,
            DenseEquivalentFlops = op.DenseEquivalentFlops.Value,
            NonzeroFlops = op.NonzeroFlops.Value,
            ParametersTotal = op.TotalParameters.Value,
            ParametersActive = op.ActiveParameters.Value,
            ParametersNonzero = op.NonzeroParameters.Value,
            WeightBytes = op.WeightBytes.Value,
            TrafficBytes = op.CompulsoryTraffic.Value,
            Verified = verified,
        };
    }
}
