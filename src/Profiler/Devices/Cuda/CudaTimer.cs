using SparseProf.Ops;
using SparseProf.Ops.Units;
using SparseProf.Profiler.Devices.Cuda.Native;
using SparseProf.Profiler.Devices.Cuda.Native.Driver;

namespace SparseProf.Profiler.Devices.Cuda;

/// <summary>Times work between two events: cold behind an L2 flush, hot behind a gate, or as a graph.</summary>
internal sealed class CudaTimer : IDisposable
{
    private readonly CudaContext _context;
    private readonly HelperModule _helpers;
    private readonly StreamGate _gate;
    private readonly ClockStamps _stamps;
    private readonly CudaBuffer _flush;
    private readonly CudaBuffer _sink;
    private readonly nint _start;
    private readonly nint _end;
    private readonly Dictionary<(int Calls, int First), CallGraph> _graphs = [];
    private ITimedWork? _current;
    private CallGraph? _latest;
    private bool _canCapture = true;
    private bool _canHold = true;

    public CudaTimer(CudaContext context, HelperModule helpers)
    {
        _context = context;
        _helpers = helpers;
        _gate = new StreamGate(context.Driver, helpers);
        _stamps = new ClockStamps(context, helpers);
        _flush = context.Allocate(Math.Max(2 * context.L2Bytes, 32UL << 20));
        _sink = context.Allocate(256);
        context.Driver.Fill(_flush.Address, 1, _flush.Bytes / 4, context.Stream);
        _start = context.Driver.CreateEvent();
        _end = context.Driver.CreateEvent();
        WarmHelpers();
    }

    /// <summary>Why launch latency could not be hidden in the usual way for the current work; null where it could.</summary>
    public string? Fallback { get; private set; }

    /// <summary>Where kernels may write what nobody reads.</summary>
    public ulong SinkAddress => _sink.Address;

    /// <summary>Kernels of the last captured graph.</summary>
    public IReadOnlyList<CapturedKernel> Kernels => _latest?.Kernels ?? [];

    public Timing Time(ITimedWork work, TimingMode mode, int calls, int firstCopy)
    {
        Become(work, firstCopy);
        return mode == TimingMode.Graph && GraphOf(work, calls, firstCopy) is { } graph
            ? Measure(graph.Launch, graph.Calls, hold: true)
            : Measure(() => Enqueue(work, mode, calls, firstCopy), calls, hold: true, flush: mode == TimingMode.Cold);
    }

    public void Dispose()
    {
        DropGraphs();
        _context.Driver.DestroyEvent(_start);
        _context.Driver.DestroyEvent(_end);
        _sink.Dispose();
        _flush.Dispose();
        _stamps.Dispose();
        _gate.Dispose();
    }

    // The first call of a work may load kernels or allocate, which must not happen behind a closed gate or in a capture.
    private void Become(ITimedWork work, int firstCopy)
    {
        if (ReferenceEquals(_current, work))
            return;
        DropGraphs();
        (_current, _canCapture, _canHold, Fallback) = (work, true, true, null);
        work.Run(firstCopy % work.Copies);
        _context.Synchronize();
    }

    private static void Enqueue(ITimedWork work, TimingMode mode, int calls, int firstCopy)
    {
        for (var call = 0; call < calls; call++)
            work.Run(mode == TimingMode.Hot ? 0 : (firstCopy + call) % work.Copies);
    }

    // Graphs shorter than the rotation begin at different copies, so that all of them come round.
    private CallGraph? GraphOf(ITimedWork work, int calls, int firstCopy)
    {
        var first = calls >= work.Copies ? 0 : firstCopy % work.Copies;
        if (_graphs.TryGetValue((calls, first), out var known))
            return _latest = known;
        if (!_canCapture)
            return null;
        if (_graphs.Count > work.Copies)
            DropGraphs();
        try
        {
            _latest = _graphs[(calls, first)] = CallGraph.Capture(_context, work, calls, first);
            _latest.Launch();
            _context.Synchronize();
            return _latest;
        }
        catch (CudaCallException error) when (error.Failure != CudaFailure.Sticky)
        {
            _canCapture = false;
            Fallback = $"cannot be captured in a graph ({error.Call}: {error.StatusName}); launches were batched instead";
            return null;
        }
    }

    private void DropGraphs()
    {
        foreach (var graph in _graphs.Values)
            graph.Dispose();
        _graphs.Clear();
        _latest = null;
    }

    private Timing Measure(Action launch, int calls, bool hold, bool flush = false)
    {
        var driver = _context.Driver;
        var held = hold && _canHold;
        if (held)
            _gate.Close();
        try
        {
            if (flush)
                _helpers.Flush(_flush, _sink.Address);
            _stamps.Before();
            driver.Record(_start, _context.Stream);
            launch();
            driver.Record(_end, _context.Stream);
            _stamps.After();
        }
        finally
        {
            _gate.Open();
        }

        _context.Synchronize();
        if (held && _gate.GaveUp)
        {
            _canHold = false;
            Fallback = "a call waits for the GPU, so its launches could not be queued ahead";
            return Measure(launch, calls, hold: false, flush);
        }

        return new Timing(new Seconds(driver.ElapsedSeconds(_start, _end) / calls), _stamps.Clock());
    }

    // Kernels load on their first launch; behind a closed gate that would wait for ever.
    private void WarmHelpers()
    {
        _helpers.Empty();
        _helpers.Flush(_flush, _sink.Address);
        _stamps.Before();
        _stamps.After();
        _context.Driver.Record(_start, _context.Stream);
        _gate.Close();
        _gate.Open();
        _context.Synchronize();
    }
}
