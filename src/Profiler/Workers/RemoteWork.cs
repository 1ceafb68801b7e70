using SparseProf.Ops;
using SparseProf.Ops.Units;
using SparseProf.Profiler.Devices;
using SparseProf.Profiler.Power;
using SparseProf.Store.Rows;

namespace SparseProf.Profiler.Workers;

/// <summary>A case that a worker process keeps ready.</summary>
/// <param name="process">Which process of its family keeps it, as <see cref="WorkerPool.Process"/> counts them.</param>
internal sealed class RemoteWork(int id, GpuJob job, WorkerEvent prepared, int process) : ITimedWork
{
    public int Id => id;

    public GpuJob Job => job;

    public bool IsKeptBy(WorkerPool pool) => pool.Process(job) == process;

    public MeasurementCase Case => prepared.Case!;

    public WorkerWork Work => prepared.Work!;

    public int Copies => Work.Copies;

    public Bytes BytesPerCopy => new(Work.BytesPerCopy);

    /// <summary>As the latest answer said.</summary>
    public string? Fallback { get; set; }

    public void Run(int copy) => throw new NotSupportedException("a worker's case is timed, not run, from here");
}

/// <summary>
/// A GPU as seen from the run: each sample is taken by the worker process that keeps the case ready, so that cases of
/// different libraries can be compared in turns though each library has a process of its own.
/// </summary>
/// <param name="watch">Watches the GPU from this process.</param>
internal sealed class RemoteDevice(DeviceIdentity identity, WorkerPool pool, Func<IDeviceWatch> watch, CancellationToken cancel) : IDevice
{
    public DeviceIdentity Identity => identity;

    public Seconds TimerResolution { get; } = new(0.5e-6);

    public Bytes FreeMemory => identity.Memory;

    public IPowerSource Power { get; } = new NoPower("energy is measured inside the workers");

    /// <exception cref="RemoteFailureException">The worker crashed, hung or refused.</exception>
    public Timing? Time(ITimedWork work, TimingMode mode, int calls, int firstCopy = 0)
    {
        var remote = (RemoteWork)work;
        var (answer, failure) = pool.Ask(remote.Job, new WorkerRequest { Step = WorkerStep.Time, Id = remote.Id, Calls = calls, FirstCopy = firstCopy }, cancel);
        if (answer is null)
            throw new RemoteFailureException(remote, failure!);
        remote.Fallback = answer.Fallback ?? remote.Fallback;
        return new Timing(new Seconds(answer.Times[0]), answer.Clocks is [var clock] ? new Hertz(clock) : null);
    }

    public bool Supports(TimingMode mode) => true;

    public int MaxCallsPerSample(ITimedWork work, TimingMode mode) => ((RemoteWork)work).Work.MostCalls;

    public void Synchronize()
    {
    }

    public IDeviceWatch Watch() => watch();

    public void Dispose()
    {
    }
}

/// <summary>A worker failed in the middle of a comparison.</summary>
internal sealed class RemoteFailureException(RemoteWork work, WorkerFailure failure) : Exception(failure.Message)
{
    public RemoteWork Work => work;

    public WorkerFailure Failure => failure;
}
