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
    private readonly Dictionary<ITimedWork, TimedState> _states = new(ReferenceEqualityComparer.Instance);

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

    /// <summary>Where kernels may write what nobody reads.</summary>
    public ulong SinkAddress => _sink.Address;

    public Timing Time(ITimedWork work, TimingMode mode, int calls, int firstCopy)
    {
        var state = StateOf(work, firstCopy);
        return mode == TimingMode.Graph && state.GraphOrFallback(calls, firstCopy) is { } graph
            ? Measure(state, graph.Launch, graph.Calls)
            : Measure(state, () => Enqueue(work, mode, calls, firstCopy), calls, flush: mode == TimingMode.Cold);
    }

    /// <summary>Why launch latency could not be hidden in the usual way for a work; null where it could.</summary>
    public string? FallbackOf(ITimedWork work) => _states.GetValueOrDefault(work)?.Fallback;

    /// <summary>What one call launches; empty where it cannot be captured.</summary>
    public IReadOnlyList<CapturedKernel> KernelsOf(ITimedWork work) => StateOf(work, 0).Graph(1, 0)?.Kernels ?? [];

    /// <summary>Drops the graphs of a work whose memory is about to go.</summary>
    public void Forget(ITimedWork work)
    {
        if (_states.Remove(work, out var state))
            state.Dispose();
    }

    /// <summary>The smallest difference that two events of short stretches show, and the step of the GPU's wall clock, s; 0 where none was seen.</summary>
    public (double Event, double WallClock) Steps()
    {
        const int Stretches = 200;
        var (elapsed, wall) = (new List<double>(), new List<double>());
        for (var i = 0; i < Stretches; i++)
        {
            _stamps.Before();
            _context.Driver.Record(_start, _context.Stream);
            _helpers.Empty();
            _context.Driver.Record(_end, _context.Stream);
            _stamps.After();
            _context.Synchronize();
            elapsed.Add(_context.Driver.ElapsedSeconds(_start, _end));
            wall.AddRange(_stamps.WallClocks());
        }

        return (SmallestGap(elapsed), SmallestGap(wall));
    }

    public void Dispose()
    {
        foreach (var state in _states.Values)
            state.Dispose();
        _states.Clear();
        _context.Driver.DestroyEvent(_start);
        _context.Driver.DestroyEvent(_end);
        _sink.Dispose();
        _flush.Dispose();
        _stamps.Dispose();
        _gate.Dispose();
    }

    // The first call of a work may load kernels or allocate, which must not happen behind a closed gate or in a capture.
    private TimedState StateOf(ITimedWork work, int firstCopy)
    {
        if (_states.TryGetValue(work, out var known))
            return known;
        work.Run(firstCopy % work.Copies);
        _context.Synchronize();
        return _states[work] = new TimedState(_context, work);
    }

    private static void Enqueue(ITimedWork work, TimingMode mode, int calls, int firstCopy)
    {
        for (var call = 0; call < calls; call++)
            work.Run(mode == TimingMode.Hot ? 0 : (firstCopy + call) % work.Copies);
    }

    private Timing Measure(TimedState state, Action launch, int calls, bool flush = false)
    {
        var driver = _context.Driver;
        var held = state.CanHold;
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
            state.GiveUpHolding();
            return Measure(state, launch, calls, flush);
        }

        return new Timing(new Seconds(driver.ElapsedSeconds(_start, _end) / calls), _stamps.Clock());
    }

    private static double SmallestGap(List<double> values)
    {
        var sorted = values.Distinct().Order().ToList();
        return sorted.Skip(1).Zip(sorted, (later, earlier) => later - earlier).DefaultIfEmpty(0).Min();
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
