using SparseProf.Ops;
using SparseProf.Ops.Units;
using SparseProf.Profiler.Kernels;
using SparseProf.Profiler.Kernels.Checking;
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

    private readonly IModelPlatform _platform;

    private readonly Model _model;
    private readonly Tensor _input;
    private readonly Selection _selection = new();
    private readonly List<LayerKernels> _layers = [];

    /// <exception cref="TorchMissingException">There is no libtorch.</exception>
    public PreparedModel(Workload workload, int seed, IModelPlatform platform)
    {
        _platform = platform;
        Workload = workload;
        Executions = ModelExecution.Of(workload.Graph);
        TorchRuntime.Seed((ulong)seed);
        using var noGrad = Autograd.NoGrad();
        _model = workload.Build((ulong)seed);
        _model.ConvertTo(platform.DType.ScalarType());
        _model.MoveTo(platform.Device);
        _input = TensorScope.Release(InputOn(platform));
        try
        {
            ChooseDense();
            if (Executions.Contains(ModelExecution.Sparse))
                ChooseSparse();
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

    /// <summary>For tests: its layers.</summary>
    internal Model Model => _model;

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
        var reference = Array.ConvertAll(Logits(other), value => (double)value);
        return ResultCheck.Compare(Logits(execution), reference, Tolerance);
    }

    /// <summary>Weights in the format that the execution reads: compressed where a sparse kernel runs, dense elsewhere.</summary>
    public Bytes WeightBytes(ModelExecution execution)
    {
        var dense = Workload.Graph.TotalParameters.Value * _platform.DType.Size();
        return execution == ModelExecution.Sparse ? dense - _layers.Select(layer => layer.SavedBytes(_platform.DType)).Sum() : dense;
    }

    public void Dispose()
    {
        // A layer disposes what it runs; that covers all kernels once the selectable ones are in place.
        _model.Dispose();
        _input.Dispose();
    }

    /// <summary>
    /// Executions add in different orders; through a dozen layers of normalization that stays far below this. Rounding of
    /// every activation adds to it in the shorter types.
    /// </summary>
    private double Tolerance => _platform.DType switch
    {
        DType.Fp32 => 1e-3,
        DType.Fp16 => 0.02,
        _ => 0.1,
    };

    private Tensor InputOn(IModelPlatform platform)
    {
        using var scope = TensorScope.Enter();
        var input = _model.RandomInput(Workload.Batch);
        // Token numbers stay whole.
        if (input.ScalarType == ScalarType.Float32)
            input = Aten.To(input, platform.DType.ScalarType());
        return scope.Keep(input.Device == platform.Device ? input : Aten.To(input, platform.Device));
    }

    private float[] Logits(ModelExecution execution)
    {
        var logits = Forward(execution);
        _platform.Synchronize();
        return Aten.Contiguous(Aten.To(Aten.To(logits, TorchDevice.Cpu), ScalarType.Float32)).Data<float>().ToArray();
    }

    private Tensor Forward(ModelExecution execution)
    {
        _selection.Index = Executions.ToList().IndexOf(execution);
        return _model.Forward(_input);
    }

    private void ChooseDense()
    {
        // Only the processor has several dense kernels to choose from; libtorch's choice on a GPU is cuBLASLt's.
        if (_platform.Device == TorchDevice.Cpu && _platform.DType == DType.Fp32)
            _model.UseFastestDense(_input, copyWeights: Workload.Graph.TotalParameters.Value * DType.Fp32.Size() <= s_largestCopied);
        foreach (var (path, layer) in _model.WeightLayers())
            _layers.Add(new LayerKernels(path, layer));
    }

    private void ChooseSparse()
    {
        var contests = new List<(LayerKernels Layer, IExecution Sparse, ContestExecution Contest)>();
        foreach (var layer in _layers)
        {
            if (_platform.Sparse(layer.Layer) is not { } sparse)
                continue;
            var contest = new ContestExecution(layer.BestDense, sparse, _platform.Time);
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
