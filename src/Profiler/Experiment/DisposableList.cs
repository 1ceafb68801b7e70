namespace SparseProf.Profiler.Experiment;

/// <summary>Things that are disposed together, the last one first.</summary>
internal sealed class DisposableList : IDisposable
{
    private readonly Stack<IDisposable> _items = new();

    public T Add<T>(T item)
        where T : IDisposable
    {
        _items.Push(item);
        return item;
    }

    public void Dispose()
    {
        while (_items.TryPop(out var item))
            item.Dispose();
    }
}
