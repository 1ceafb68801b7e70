using SparseProf.Ops;
using SparseProf.Ops.Units;
using SparseProf.Profiler.Kernels;
using SparseProf.Profiler.Kernels.Checking;
using SparseProf.Profiler.Kernels.Threading;
using SparseProf.Torch;
using SparseProf.Workloads;
using SparseProf.Workloads.Execution;
using SparseProf.Workloads.Models;
using SparseProf.Workloads.Modules;

namespace SparseProf.Profiler.Models;

/// <summary>
/// A model with random weights and inputs that can run in each of its <see cref="Executions"/>. Which kernels the best
/// dense and the sparse execution get is decided layer by layer, by a contest on the real inputs.
/// </summary>
public sealed class PreparedModel : IDisposable
{
    /// <summary>Larger models get no kernels that keep a second copy of the weights.</summary>
    private static readonly Bytes s_largestCopied = new(1L << 30);

    /// <summary>Executions add in different orders; through a dozen layers of normalization that stays far below this.</summary>
    private const double Tolerance = 1e-3;

    private readonly Model _model;
    private readonly Tensor _input;
    private readonly Selection _selection = new();
    private readonly List<LayerKernels> _layers = [];

    /// <exception cref="TorchMissingException">There is no libtorch.</exception>
    public PreparedModel(Workload workload, int seed, WorkerTeam team)
    {
        Workload = workload;
        Executions = ModelExecution.Of(workload.Graph);
        TorchRuntime.Seed((ulong)seed);
        using var noGrad = Autograd.NoGrad();
        _model = workload.Build((ulong)seed);
        _input = TensorScope.Release(_model.RandomInput(workload.Batch));
        try
        {
            ChooseDense();
            if (Executions.Contains(ModelExecution.Sparse))
                ChooseSparse(team);
            foreach (var layer in _layers)
                layer.Layer.Use(new SelectableExecution(layer.InOrderOf(Executions), _selection));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public Workload Workload { get; }

    public IReadOnlyList<ModelExecution> Executions { get; }

    /// <summary>The kernel that each layer got.</summary>
    public IEnumerable<KernelChoice> Choices => _layers.SelectMany(layer => layer.Choices);

    /// <summary>One forward pass.</summary>
    public void Run(ModelExecution execution)
    {
        using var noGrad = Autograd.NoGrad();
        using var scope = TensorScope.Enter();
        Forward(execution);
    }

    /// <summary>Compares the logits with those of another execution, whose kernels are others.</summary>
    public Correctness Verify(ModelExecution execution)
    {
        using var noGrad = Autograd.NoGrad();
        using var scope = TensorScope.Enter();
        var other = Executions.First(candidate => candidate != execution);
        var reference = Array.ConvertAll(Forward(other).Data<float>().ToArray(), value => (double)value);
        return ResultCheck.Compare(Forward(execution).Data<float>(), reference, Tolerance);
    }

    /// <summary>Weights in the format that the execution reads: compressed where a sparse kernel runs, dense elsewhere.</summary>
    public Bytes WeightBytes(ModelExecution execution)
    {
        var dense = Workload.Graph.TotalParameters.Value * DType.Fp32.Size();
        return execution == ModelExecution.Sparse ? dense - _layers.Select(layer => layer.SavedBytes).Sum() : dense;
    }

    public void Dispose()
    {
        // A layer disposes what it runs; that covers all kernels once the selectable ones are in place.
        _model.Dispose();
        _input.Dispose();
    }

    private Tensor Forward(ModelExecution execution)
    {
        _selection.Index = Executions.ToList().IndexOf(execution);
        return _model.Forward(_input);
    }

    private void ChooseDense()
    {
        _model.UseFastestDense(_input, copyWeights: Workload.Graph.TotalParameters.Value * DType.Fp32.Size() <= s_largestCopied);
        foreach (var (path, layer) in _model.WeightLayers())
            _layers.Add(new LayerKernels(path, layer));
    }

    private void ChooseSparse(WorkerTeam team)
    {
        var contests = new List<(LayerKernels Layer, IExecution Sparse, ContestExecution Contest)>();
        foreach (var layer in _layers)
        {
            if (SparseExecutions.For(layer.Layer, team) is not { } sparse)
                continue;
            var contest = new ContestExecution(layer.BestDense, sparse);
            layer.Layer.Use(contest);
            contests.Add((layer, sparse, contest));
        }

        RunOnce();
        foreach (var (layer, sparse, contest) in contests)
            layer.Settle(sparse, contest);
    }

    private void RunOnce()
    {
        using var scope = TensorScope.Enter();
        _model.Forward(_input);
    }
}

/// <summary>What a contest decided for a layer.</summary>
/// <param name="TimeRatio">Time of the sparse kernel over that of the best dense one; null where nothing sparse took part.</param>
public sealed record KernelChoice(string Layer, ModelExecution Execution, string Kernel, double? TimeRatio);
