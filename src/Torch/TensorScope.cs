namespace SparseProf.Torch;

/// <summary>
/// Disposes the tensors that its thread makes while it is open, except those handed out through <see cref="Keep"/>.
/// Scopes nest; dispose them on the thread that entered them, innermost first.
/// </summary>
/// <example><code>
/// using var scope = TensorScope.Enter();
/// return scope.Keep(Aten.Relu(Aten.Linear(x, weight)));
/// </code></example>
public sealed class TensorScope : IDisposable
{
    [ThreadStatic]
    private static TensorScope? s_current;

    // A scope a call: the last one closed on a thread is used again.
    [ThreadStatic]
    private static TensorScope? s_spare;

    private readonly List<Tensor> _tensors = [];
    private TensorScope? _outer;

    private TensorScope()
    {
    }

    public static TensorScope Enter()
    {
        var scope = s_spare ?? new TensorScope();
        s_spare = null;
        scope._outer = s_current;
        s_current = scope;
        return scope;
    }

    /// <summary>Lets a tensor outlive this scope: it passes to the scope around, or to its user where there is none.</summary>
    public Tensor Keep(Tensor tensor)
    {
        if (tensor.Scope == this)
            MoveTo(tensor, _outer);
        return tensor;
    }

    /// <summary>Takes a tensor out of every scope, as the parameters of a model are.</summary>
    public static Tensor Release(Tensor tensor)
    {
        MoveTo(tensor, null);
        return tensor;
    }

    public void Dispose()
    {
        if (s_current != this)
            throw new InvalidOperationException("tensor scopes end on their own thread, innermost first");
        s_current = _outer;
        _outer = null;
        foreach (var tensor in _tensors)
        {
            // What was kept belongs to another scope by now, or to none.
            if (tensor.Scope == this)
                tensor.Dispose();
        }

        _tensors.Clear();
        s_spare = this;
    }

    internal static void Adopt(Tensor tensor) => MoveTo(tensor, s_current);

    private static void MoveTo(Tensor tensor, TensorScope? scope)
    {
        tensor.Scope = scope;
        scope?._tensors.Add(tensor);
    }
}
