using System.Diagnostics;
using SparseProf.Ops.Units;
using SparseProf.Profiler.Devices.Cuda.Native;
using SparseProf.Profiler.Devices.Cuda.Native.Nvml;

namespace SparseProf.Profiler.Power;

/// <summary>Reads NVML on a thread of its own until stopped: it takes a driver lock and may last milliseconds.</summary>
internal sealed class NvmlRecorder : IDisposable
{
    // A die of hundreds of grams warms slowly: one reading of it in so many.
    private const int TemperatureEvery = 10;

    private readonly NvmlLibrary _nvml;
    private readonly nint _device;
    private readonly bool _energyOnly;
    private readonly TimeSpan _interval;
    private readonly List<NvmlReading> _readings = [];
    private readonly ManualResetEventSlim _stop = new();
    private readonly Thread _thread;
    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly NvmlFieldValue[] _fields;
    private uint? _temperature;

    /// <param name="energyOnly">Only counter and power, so that they can be read every few milliseconds.</param>
    public NvmlRecorder(NvmlLibrary nvml, nint device, TimeSpan interval, bool energyOnly)
    {
        (_nvml, _device, _interval, _energyOnly) = (nvml, device, interval, energyOnly);
        // Each field costs the driver time, in a virtual machine more than a millisecond.
        NvmlField[] wanted = energyOnly ? [NvmlField.PowerInstant, NvmlField.TotalEnergy, NvmlField.PowerAverage] : [NvmlField.PowerInstant];
        _fields = [.. wanted.Select(field => new NvmlFieldValue { FieldId = (uint)field })];
        _thread = new Thread(Loop) { IsBackground = true, Name = "nvml", Priority = ThreadPriority.AboveNormal };
        _thread.Start();
    }

    /// <summary>Why the recording ended early: the GPU was lost, the driver went away. Null while all is well.</summary>
    public string? Failure { get; private set; }

    /// <summary>Processor time that reading took, of a recording that was stopped; null where the system does not tell.</summary>
    public Seconds? ProcessorTime { get; private set; }

    public Seconds Elapsed => new(Stopwatch.GetElapsedTime(_start).TotalSeconds);

    public IReadOnlyList<NvmlReading> Stop()
    {
        _stop.Set();
        _thread.Join();
        return _readings;
    }

    public void Dispose()
    {
        Stop();
        _stop.Dispose();
    }

    private void Loop()
    {
        try
        {
            do
                _readings.Add(Read());
            while (!_stop.Wait(_interval));
        }
        catch (CudaCallException error)
        {
            Failure = error.Message;
        }

        ProcessorTime = ThreadTime.Now;
    }

    private NvmlReading Read()
    {
        var before = Elapsed;
        _nvml.Fetch(_device, _fields);
        var time = new Seconds((before.Value + Elapsed.Value) / 2);
        var power = Field(0) is { } milliwatts ? new Watts(milliwatts * 1e-3) : default(Watts?);
        if (_energyOnly)
        {
            return new NvmlReading(
                time, Field(1) is { } millijoules ? new Joules(millijoules * 1e-3) : null, power,
                Average: Field(2) is { } averaged ? new Watts(averaged * 1e-3) : null);
        }

        if (_readings.Count % TemperatureEvery == 0)
            _temperature = _nvml.TryTemperature(_device);
        return new NvmlReading(
            time, null, power,
            _nvml.TryClock(_device, NvmlClock.Sm) is { } megahertz ? new Hertz(megahertz * 1e6) : null,
            _temperature is { } degrees ? new Celsius(degrees) : null,
            _nvml.TryClockReasons(_device) is { } reasons ? (ulong)reasons : null);
    }

    private double? Field(int index) => _fields[index].Status == NvmlStatus.Success ? _fields[index].Value : null;
}
