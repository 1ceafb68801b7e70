using SparseProf.Profiler.Devices.Cuda.Native;
using SparseProf.Torch;

namespace SparseProf.Profiler.Devices.Cuda;

/// <summary>What the timer knows of one piece of work: its graphs, and whether it can be captured and held.</summary>
internal sealed class TimedState(CudaContext context, ITimedWork work) : IDisposable
{
    private readonly Dictionary<(int Calls, int First), CallGraph> _graphs = [];
    private string? _notCaptured;
    private string? _notHeld;

    public bool CanHold => _notHeld is null && !work.HostBound;

    /// <summary>Why launch latency could not be hidden in the usual way; null where it could.</summary>
    public string? Fallback { get; private set; }

    public void GiveUpHolding()
    {
        _notHeld = "a call waits for the GPU, so its launches could not be queued ahead";
        Fallback = _notHeld;
    }

    /// <summary>
    /// Null where the library cannot be captured. Graphs shorter than the rotation begin at different copies, so that all of
    /// them come round.
    /// </summary>
    public CallGraph? Graph(int calls, int firstCopy)
    {
        var first = calls >= work.Copies ? 0 : firstCopy % work.Copies;
        if (_graphs.TryGetValue((calls, first), out var known))
            return known;
        if (_notCaptured is not null)
            return null;
        if (_graphs.Count > work.Copies)
            Dispose();
        try
        {
            var graph = _graphs[(calls, first)] = CallGraph.Capture(context, work, calls, first);
            graph.Launch();
            context.Synchronize();
            return graph;
        }
        catch (CudaCallException error) when (error.Failure != CudaFailure.Sticky)
        {
            _notCaptured = $"cannot be captured in a graph ({error.Call}: {error.StatusName}); launches were batched instead";
        }
        catch (TorchException error)
        {
            _notCaptured = $"cannot be captured in a graph ({error.Message}); launches were batched instead";
        }

        return null;
    }

    /// <summary>As <see cref="Graph"/>, for a time that is then reported as one of a graph.</summary>
    public CallGraph? GraphOrFallback(int calls, int firstCopy)
    {
        var graph = Graph(calls, firstCopy);
        Fallback ??= _notCaptured;
        return graph;
    }

    public void Dispose()
    {
        foreach (var graph in _graphs.Values)
            graph.Dispose();
        _graphs.Clear();
    }
}
