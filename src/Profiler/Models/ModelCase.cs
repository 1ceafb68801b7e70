using SparseProf.Ops;
using SparseProf.Ops.Architectures;
using SparseProf.Ops.Units;
using SparseProf.Store.Rows;
using SparseProf.Workloads;

namespace SparseProf.Profiler.Models;

/// <summary>How a model in one of its executions is stored.</summary>
public static class ModelCase
{
    public static MeasurementCase Of(Workload workload, ModelExecution execution, DType dtype, TimingMode mode, int seed)
    {
        var graph = workload.Graph;
        return new MeasurementCase
        {
            Workload = workload.Name,
            Op = $"model {workload.Name} {PatternOf(workload)} batch={workload.Batch} inputs={workload.InputTokens}",
            OpKind = "model",
            Kernel = execution.Kernel,
            Library = "libtorch",
            Dtype = dtype.Name(),
            Pattern = PatternOf(workload),
            Batch = workload.Batch,
            Mode = mode,
            Execution = execution.Zeros,
            Seed = seed,
            DenseEquivalentFlops = graph.DenseEquivalentFlops.Value,
            NonzeroFlops = graph.NonzeroFlops.Value,
            ParametersTotal = graph.TotalParameters.Value,
            ParametersActive = graph.ActiveParameters.Value,
            ParametersNonzero = graph.NonzeroParameters.Value,
            TrafficBytes = graph.CompulsoryTraffic.Value,
            Verified = false,
        };
    }

    /// <summary>What the weights look like: the pattern of the encoder, or the share that pruning kept.</summary>
    public static string PatternOf(Workload workload) => workload.Architecture switch
    {
        TransformerConfig transformer => transformer.EncoderPattern.Text,
        ResNetConfig { Pruning: not null } => new SparsityPattern.Unstructured(new Fraction(
            Math.Round(workload.Graph.NonzeroParameters / workload.Graph.TotalParameters, 3))).Text,
        _ => SparsityPattern.Dense.Instance.Text,
    };
}
