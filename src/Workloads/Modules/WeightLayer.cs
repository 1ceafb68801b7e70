using SparseProf.Ops;
using SparseProf.Torch;
using SparseProf.Workloads.Execution;
using SparseProf.Workloads.Sparsity;

namespace SparseProf.Workloads.Modules;

/// <summary>A layer whose product can be computed by different kernels: a linear layer or a convolution.</summary>
public abstract class WeightLayer : Module
{
    private IExecution? _execution;

    /// <param name="weight">[outputs, …]; masked in place where the pattern is not dense.</param>
    /// <param name="mask">Null where the pattern is dense.</param>
    protected WeightLayer(Tensor weight, Tensor? bias, SparsityPattern pattern, Tensor? mask)
    {
        Weight = AddParameter("weight", weight);
        Bias = bias is null ? null : AddParameter("bias", bias);
        Pattern = pattern;
        if (mask is not null)
            Prune(mask, pattern);
    }

    public Tensor Weight { get; }

    public Tensor? Bias { get; }

    /// <summary>Of the weights as a matrix [outputs, inputs · kernel²].</summary>
    public SparsityPattern Pattern { get; private set; }

    /// <summary>Which weights are kept: bool, the shape of <see cref="Weight"/>; null where all are.</summary>
    public Tensor? Mask { get; private set; }

    public long Rows => Weight.Size(0);

    public long Columns => Weight.Elements / Rows;

    /// <summary>The kernel in use.</summary>
    public IExecution Execution => _execution ??= DefaultExecution();

    /// <summary>Takes another kernel, or with null libtorch's default; the one it replaces is disposed.</summary>
    public void Use(IExecution? execution)
    {
        _execution?.Dispose();
        _execution = execution;
    }

    /// <summary>Takes another kernel, or with null libtorch's default; the one it replaces now belongs to the caller.</summary>
    public IExecution Exchange(IExecution? execution)
    {
        var replaced = Execution;
        _execution = execution;
        return replaced;
    }

    public Tensor Forward(Tensor input) => Execution.Forward(input);

    /// <summary>Gives a dense layer a mask, which becomes one of its buffers, and zeroes what it drops.</summary>
    /// <exception cref="InvalidOperationException">The layer has one.</exception>
    public void Prune(Tensor mask, SparsityPattern pattern)
    {
        if (Mask is not null)
            throw new InvalidOperationException("a layer has one mask; write into it");
        Mask = AddBuffer("mask", mask);
        Pattern = pattern;
        Masks.Apply(mask, Weight);
    }

    protected abstract IExecution DefaultExecution();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _execution?.Dispose();
        base.Dispose(disposing);
    }
}
