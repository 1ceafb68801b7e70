using SparseProf.Ops;
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
        {
            var planned = ModelCase.Of(workload, execution, DType.Fp32, TimingMode.Hot, seed);
            _executions[planned with { LibraryVersion = TorchLibrary.Loaded.Version, Threads = team.Threads }] = execution;
        }
    }

    public override string Title => $"{_workload.Name} {ModelCase.PatternOf(_workload)}, batch {_workload.Batch}";

    public override IReadOnlyList<MeasurementCase> Cases => [.. _executions.Keys];

    public override Seconds ExpectedTime =>
        new Seconds(2) + ExpectedPasses * _executions.Count * (_workload.Graph.DenseEquivalentFlops / s_expectedRate);

    public override PreparedGroup Prepare(IReadOnlyList<MeasurementCase> wanted)
    {
        var model = new PreparedModel(_workload, _seed, new CpuPlatform(_team));
        var cases = wanted.Select(planned =>
        {
            var execution = _executions[planned];
            var weights = model.WeightBytes(execution);
            return new PreparedCase(planned with { WeightBytes = weights.Value }, new ForwardPass(model, execution, weights), () => model.Verify(execution));
        });
        return new PreparedGroup([.. cases], model)
        {
            Observations = model.Choices.Where(choice => choice.TimeRatio is not null).ToDictionary(
                choice => $"{_workload.Name} {ModelCase.PatternOf(_workload)}, {choice.Layer}: {choice.Kernel} in place of the best dense kernel, time ratio of the sparse one",
                choice => choice.TimeRatio!.Value),
        };
    }

    private sealed class ForwardPass(PreparedModel model, ModelExecution execution, Bytes weights) : ITimedWork
    {
        public int Copies => 1;

        public Bytes BytesPerCopy => weights;

        public void Run(int copy) => model.Run(execution);
    }
}
