using SparseProf.Ops;
using SparseProf.Ops.Units;
using SparseProf.Workloads.Execution;
using SparseProf.Workloads.Modules;

namespace SparseProf.Profiler.Models;

/// <summary>The kernels of one layer in each execution of its model.</summary>
internal sealed class LayerKernels
{
    private readonly List<KernelChoice> _choices = [];
    private IExecution _sparse;

    /// <summary>Takes over the kernel that the layer runs now, as the best dense one.</summary>
    public LayerKernels(string path, WeightLayer layer)
    {
        Path = path;
        Layer = layer;
        Default = DenseKernels.Candidates(layer, copyWeights: false).First();
        BestDense = layer.Exchange(null);
        _sparse = BestDense;
        _choices.Add(new KernelChoice(path, ModelExecution.BestDense, BestDense.Kernel, null));
    }

    public string Path { get; }

    public WeightLayer Layer { get; }

    public IExecution Default { get; }

    public IExecution BestDense { get; }

    public IReadOnlyList<KernelChoice> Choices => _choices;

    /// <summary>What the sparse format saves over dense storage, where the sparse kernel won.</summary>
    public Bytes SavedBytes(DType dtype) => _sparse == BestDense
        ? new Bytes(0)
        : Layer.Weight.Elements * dtype.Size() - Layer.Pattern.StoredBytes(Layer.Rows, Layer.Columns, dtype);

    /// <summary>Takes the sparse kernel where it won against <see cref="BestDense"/>, and disposes it where it lost.</summary>
    public void Settle(IExecution sparse, ContestExecution contest)
    {
        var ratio = contest.TimeRatio;
        if (ratio < 1)
            _sparse = sparse;
        else
            sparse.Dispose();
        _choices.Add(new KernelChoice(Path, ModelExecution.Sparse, _sparse.Kernel, ratio));
    }

    public IReadOnlyList<IExecution> InOrderOf(IReadOnlyList<ModelExecution> executions) => [.. executions.Select(KernelOf)];

    private IExecution KernelOf(ModelExecution execution)
    {
        if (execution == ModelExecution.TorchDefault)
            return Default;
        if (execution == ModelExecution.BestDense)
            return BestDense;
        return execution == ModelExecution.Sparse ? _sparse : Masked();
    }

    private IExecution Masked() => Layer switch
    {
        { Mask: null } => Default,
        LinearLayer linear => new MaskedLinear(linear.Weight, linear.Mask!, linear.Bias),
        Conv2dLayer convolution => new MaskedConv2d(convolution.Weight, convolution.Mask!, convolution.Stride, convolution.Padding),
        _ => Default,
    };
}
