using SparseProf.Ops;
using SparseProf.Ops.Architectures;
using SparseProf.Ops.Units;
using SparseProf.Profiler.Devices;
using SparseProf.Profiler.Kernels;
using SparseProf.Profiler.Kernels.Threading;
using SparseProf.Profiler.Models;
using SparseProf.Store.Rows;
using SparseProf.Torch;
using SparseProf.Workloads;

namespace SparseProf.Profiler.Experiment;

/// <summary>One model in each way that it can run.</summary>
public sealed class ModelGroup : CaseGroup
{
    // A forward pass at a tenth of a trillion operations a second, twenty times and more, and once to build the model.
    private static readonly FlopsPerSecond s_expectedRate = new(1e11);
    private const int ExpectedPasses = 30;

    private readonly Workload _workload;
    private readonly WorkerTeam _team;
    private readonly int _seed;
    private readonly Dictionary<MeasurementCase, ModelExecution> _executions = [];

    public ModelGroup(Workload workload, WorkerTeam team, int seed)
    {
        _workload = workload;
        _team = team;
        _seed = seed;
        var graph = workload.Graph;
        foreach (var execution in ModelExecution.Of(graph))
            _executions[Case(workload, graph, execution, team.Threads, seed)] = execution;
    }

    public override string Title => $"{_workload.Name} {Pattern(_workload)}, batch {_workload.Batch}";

    public override IReadOnlyList<MeasurementCase> Cases => [.. _executions.Keys];

    public override Seconds ExpectedTime =>
        new Seconds(2) + ExpectedPasses * _executions.Count * (_workload.Graph.DenseEquivalentFlops / s_expectedRate);

    public override PreparedGroup Prepare(IReadOnlyList<MeasurementCase> wanted)
    {
        var model = new PreparedModel(_workload, _seed, _team);
        var cases = wanted.Select(planned =>
        {
            var execution = _executions[planned];
            var weights = model.WeightBytes(execution);
            return new PreparedCase(planned with { WeightBytes = weights.Value }, new ForwardPass(model, execution, weights), () => model.Verify(execution));
        });
        return new PreparedGroup([.. cases], model)
        {
            Observations = model.Choices.Where(choice => choice.TimeRatio is not null).ToDictionary(
                choice => $"{_workload.Name} {Pattern(_workload)}, {choice.Layer}: {choice.Kernel} in place of the best dense kernel, time ratio of the sparse one",
                choice => choice.TimeRatio!.Value),
        };
    }

    /// <summary>What the weights look like: the pattern of the encoder, or the share that pruning kept.</summary>
    private static string Pattern(Workload workload) => workload.Architecture switch
    {
        TransformerConfig transformer => transformer.EncoderPattern.Text,
        ResNetConfig { Pruning: not null } => new SparsityPattern.Unstructured(new Fraction(
            Math.Round(workload.Graph.NonzeroParameters / workload.Graph.TotalParameters, 3))).Text,
        _ => SparsityPattern.Dense.Instance.Text,
    };

    private static MeasurementCase Case(Workload workload, Graph graph, ModelExecution execution, int threads, int seed) => new()
    {
        Workload = workload.Name,
        Op = $"model {workload.Name} {Pattern(workload)} batch={workload.Batch} inputs={workload.InputTokens}",
        OpKind = "model",
        Kernel = execution.Kernel,
        Library = "libtorch",
        LibraryVersion = TorchLibrary.Loaded.Version,
        Dtype = DType.Fp32.Name(),
        Pattern = Pattern(workload),
        Batch = workload.Batch,
        Mode = TimingMode.Hot,
        Execution = execution.Zeros,
        Seed = seed,
        Threads = threads,
        DenseEquivalentFlops = graph.DenseEquivalentFlops.Value,
        NonzeroFlops = graph.NonzeroFlops.Value,
        ParametersTotal = graph.TotalParameters.Value,
        ParametersActive = graph.ActiveParameters.Value,
        ParametersNonzero = graph.NonzeroParameters.Value,
        TrafficBytes = graph.CompulsoryTraffic.Value,
        Verified = false,
    };

    private sealed class ForwardPass(PreparedModel model, ModelExecution execution, Bytes weights) : ITimedWork
    {
        public int Copies => 1;

        public Bytes BytesPerCopy => weights;

        public void Run(int copy) => model.Run(execution);
    }
}
