using SparseProf.Ops;
using SparseProf.Ops.Units;
using SparseProf.Profiler.Power;

namespace SparseProf.Profiler.Devices;

/// <summary>
/// What the sampler needs of an accelerator: who it is, how long a call takes on it, what disturbed it meanwhile, and
/// its energy. Kernels allocate and fill their own operands through the device's own classes.
/// </summary>
public interface IDevice : IDisposable
{
    DeviceIdentity Identity { get; }

    /// <summary>The smallest time that the device's timer tells apart.</summary>
    Seconds TimerResolution { get; }

    /// <summary>Memory that can be allocated now.</summary>
    Bytes FreeMemory { get; }

    IPowerSource Power { get; }

    /// <summary>
    /// Times <paramref name="calls"/> calls, one after the other, and divides: <see cref="TimingMode.Cold"/> with caches
    /// evicted before each timed stretch, <see cref="TimingMode.Hot"/> with the same inputs, <see cref="TimingMode.Graph"/>
    /// as one graph over rotating inputs. Null where nothing more can be timed, because a recording has ended.
    /// </summary>
    /// <param name="firstCopy">Where the rotation over <see cref="ITimedWork.Copies"/> starts; ignored when hot.</param>
    Timing? Time(ITimedWork work, TimingMode mode, int calls, int firstCopy = 0);

    /// <summary>Whether <paramref name="mode"/> exists on this device.</summary>
    bool Supports(TimingMode mode);

    /// <summary>How many calls one timed stretch may hold: cold ones cannot be batched unless rotation alone evicts the caches.</summary>
    int MaxCallsPerSample(ITimedWork work, TimingMode mode);

    /// <summary>Waits until everything that was started has finished.</summary>
    void Synchronize();

    /// <summary>Starts to watch clock, temperature, load and throttling; stop the watch after the last sample.</summary>
    IDeviceWatch Watch();
}

/// <summary>Work that can be timed: one call is started on one of its copies of the inputs.</summary>
public interface ITimedWork
{
    /// <summary>Copies of the inputs that calls rotate over, at least 1.</summary>
    int Copies { get; }

    /// <summary>Memory that one call touches on one copy.</summary>
    Bytes BytesPerCopy { get; }

    /// <summary>Whether starting a call is part of what is timed, as for whole models whose host does work between kernels.</summary>
    bool HostBound => false;

    /// <summary>Runs one call on the copy, or enqueues it where the device works asynchronously.</summary>
    void Run(int copy);
}

/// <summary>Watches a device while it is timed.</summary>
public interface IDeviceWatch : IDisposable
{
    /// <summary>What was seen since the watch began.</summary>
    DeviceConditions Stop();
}

/// <summary>Device time of one call, and the clock it ran at where that can be observed.</summary>
public readonly record struct Timing(Seconds PerCall, Hertz? Clock = null);
