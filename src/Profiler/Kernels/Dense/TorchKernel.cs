using SparseProf.Ops;
using SparseProf.Torch;

namespace SparseProf.Profiler.Kernels.Dense;

/// <summary>Operators of libtorch as kernels. Each subclass is one way of computing one kind of op.</summary>
public abstract class TorchKernel : IKernel
{
    public abstract string Name { get; }

    public string Library => $"libtorch {TorchLibrary.Loaded.Version}";

    public abstract string Algorithm { get; }

    public string? Misfit(Op op) => op.DType == DType.Fp32 ? MisfitOf(op) : $"{Name} computes in fp32 only here";

    public IPreparedKernel Prepare(Op op, KernelData data) =>
        Misfit(op) is { } misfit ? throw new NotSupportedException(misfit) : PrepareFitting(op, data);

    /// <summary>As <see cref="Misfit"/>, for fp32.</summary>
    protected abstract string? MisfitOf(Op op);

    protected abstract IPreparedKernel PrepareFitting(Op op, KernelData data);
}
