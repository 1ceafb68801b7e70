using SparseProf.Ops.Units;
using SparseProf.Store.Rows;

namespace SparseProf.Profiler.Devices.Replay;

/// <summary>A recorded measurement as work: it computes nothing, and only a <see cref="ReplayDevice"/> can time it.</summary>
public sealed class RecordedWork : ITimedWork
{
    private readonly double[] _times;
    private readonly double[] _clocks;
    private int _next;

    internal RecordedWork(MeasurementRow row, double[] times, double[] clocks, DeviceConditions conditions)
    {
        Row = row;
        _times = times;
        _clocks = clocks;
        Conditions = conditions;
    }

    public MeasurementRow Row { get; }

    public int Copies => 1;

    public Bytes BytesPerCopy => new(Row.TrafficBytes ?? 0);

    /// <summary>What the device's watch saw when it was recorded.</summary>
    internal DeviceConditions Conditions { get; }

    public void Run(int copy) => throw new NotSupportedException("a recording can be timed again, not run again");

    /// <summary>The next recorded sample, or null after the last.</summary>
    internal Timing? Next()
    {
        if (_next == _times.Length)
            return null;
        Hertz? clock = _clocks.Length == _times.Length ? new Hertz(_clocks[_next]) : null;
        return new Timing(new(_times[_next++]), clock);
    }
}
