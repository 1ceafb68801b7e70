using SparseProf.Ops;

namespace SparseProf.Profiler.Models;

/// <summary>What a search chose for a shape, so that the many layers of a model that share it are searched for once.</summary>
internal sealed class ShapeChoices<T>
{
    private readonly Dictionary<(GemmShape Shape, bool Bias), T> _known = [];

    public T Of(GemmShape shape, bool bias, Func<T> search) =>
        _known.TryGetValue((shape, bias), out var known) ? known : _known[(shape, bias)] = search();
}
