using SparseProf.Torch;
using SparseProf.Workloads.Execution;

namespace SparseProf.Profiler.Models;

/// <summary>Several kernels for one layer; which of them runs is selected for the whole model at once, between two forward passes.</summary>
internal sealed class SelectableExecution(IReadOnlyList<IExecution> kernels, Selection selection) : IExecution
{
    public string Kernel => kernels[selection.Index].Kernel;

    public Tensor Forward(Tensor input) => kernels[selection.Index].Forward(input);

    public void Dispose()
    {
        foreach (var kernel in kernels.Distinct())
            kernel.Dispose();
    }
}

/// <summary>The selected kernel of all layers of a model.</summary>
internal sealed class Selection
{
    public int Index { get; set; }
}
