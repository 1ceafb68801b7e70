namespace SparseProf.Profiler.Models;

/// <summary>What a search chose for a shape, so that the many layers of a model that share it are searched for once.</summary>
internal sealed class ShapeChoices<TShape, TChoice>
    where TShape : notnull
{
    private readonly Dictionary<TShape, TChoice> _known = [];

    public TChoice Of(TShape shape, Func<TChoice> search) => _known.TryGetValue(shape, out var known) ? known : _known[shape] = search();
}
