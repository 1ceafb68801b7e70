using SparseProf.Ops;
using SparseProf.Ops.Units;

namespace SparseProf.Profiler.Models;

/// <summary>One way of running a whole model: which kernels its layers get.</summary>
/// <param name="Kernel">The name in reports and the store.</param>
/// <param name="Zeros">What is done with the zeros of a sparse model.</param>
public sealed record ModelExecution(string Kernel, Execution Zeros)
{
    /// <summary>libtorch's default kernel in every layer.</summary>
    public static ModelExecution TorchDefault { get; } = new("torch", Execution.Dense);

    /// <summary>The fastest dense kernel of each layer.</summary>
    public static ModelExecution BestDense { get; } = new("best-dense", Execution.Dense);

    /// <summary>Weights times mask before each product: what a naive implementation of sparsity gets.</summary>
    public static ModelExecution Masked { get; } = new("masked", Execution.Masked);

    /// <summary>A kernel that skips zeros in every layer where it is faster than the best dense one.</summary>
    public static ModelExecution Sparse { get; } = new("sparse", Execution.Sparse);

    /// <exception cref="ArgumentException">No execution has this name.</exception>
    public static ModelExecution Parse(string kernel) =>
        new[] { TorchDefault, BestDense, Masked, Sparse }.FirstOrDefault(execution => execution.Kernel == kernel)
        ?? throw new ArgumentException($"no execution is called {kernel}", nameof(kernel));

    /// <summary>The ways in which a model of this graph runs: by default and by chosen kernels, or with the zeros of its weights stored, masked and skipped.</summary>
    public static IReadOnlyList<ModelExecution> Of(Graph graph) =>
        graph.NonzeroParameters < graph.TotalParameters ? [BestDense, Masked, Sparse] : [TorchDefault, BestDense];
}
