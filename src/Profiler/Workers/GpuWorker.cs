using System.Runtime;
using System.Runtime.InteropServices;
using SparseProf.Ops;
using SparseProf.Ops.Errors;
using SparseProf.Profiler.Devices.Cuda;
using SparseProf.Profiler.Kernels.Cuda;
using SparseProf.Profiler.Workers.Calibration;

namespace SparseProf.Profiler.Workers;

/// <summary>The inside of a worker process: reads requests, one a line, and answers each with a measurement or a refusal.</summary>
public sealed class GpuWorker : IDisposable
{
    /// <summary>Exit code after a refusal that broke the context; the parent has its reason by then.</summary>
    public const int BrokenContext = 70;

    private readonly CudaDevice _device;
    private readonly DeviceFloors _floors;
    private readonly GpuWorkbench _bench;
    private readonly Dictionary<int, GpuCase> _kept = [];
    private SentinelJob? _sentinel;

    private GpuWorker(CudaDevice device, Action<WorkerEvent> say)
    {
        _device = device;
        _floors = DeviceFloors.Measure(device);
        _bench = new GpuWorkbench(device, kind => say(new WorkerEvent { Kind = WorkerEvent.Trying, Message = kind }));
    }

    /// <summary>Serves requests until the input ends; the exit code of the process.</summary>
    public static int Serve(int gpu, TextReader input, TextWriter output)
    {
        // Ctrl-C is for the run that started this worker: it closes the input when it is done.
        using var ignored = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => signal.Cancel = true);
        // A collection between two launches would show in the times.
        GCSettings.LatencyMode = GCLatencyMode.SustainedLowLatency;
        GpuWorker worker;
        try
        {
            worker = new GpuWorker(CudaDevice.Open(gpu), heard => Say(output, heard));
        }
        catch (UserErrorException error)
        {
            Say(output, new WorkerEvent { Kind = "refused", Status = "failed", Message = error.Message, Next = error.Next, Fatal = true });
            return (int)error.Kind;
        }

        using (worker)
        {
            Say(output, new WorkerEvent { Kind = "ready", Observations = worker._floors.Observations });
            while (input.ReadLine() is { } line)
            {
                if (WorkerLines.Read<WorkerRequest>(line) is not { } request)
                    continue;
                var answer = worker.Answer(request);
                Say(output, answer);
                if (answer.Fatal)
                    Environment.Exit(BrokenContext);
            }
        }

        return 0;
    }

    public void Dispose()
    {
        foreach (var kept in _kept.Values)
            kept.Dispose();
        _sentinel?.Dispose();
        _bench.Dispose();
        _device.Dispose();
    }

    private static void Say(TextWriter output, WorkerEvent heard)
    {
        output.WriteLine(WorkerLines.Write(heard));
        output.Flush();
    }

    private WorkerEvent Answer(WorkerRequest request)
    {
        try
        {
            return request.Step switch
            {
                WorkerStep.Prepare => Prepare(request.Id, request.Job!),
                WorkerStep.Time => Time(_kept[request.Id], request),
                WorkerStep.Release => Release(request.Id),
                _ when PowerMeterJob.Is(request.Job!.Kernel) => new WorkerEvent { Kind = "measured", Observations = PowerMeterJob.Run(_device, request.Job) },
                _ when request.Job!.Kernel == SentinelJob.Kernel => new WorkerEvent { Kind = "measured", Observations = (_sentinel ??= new SentinelJob(_device, _bench, request.Job)).Look() },
                _ => Measure(request.Job!),
            };
        }
        catch (Exception error) when (WorkerRefusal.Of(error) is not null)
        {
            return WorkerRefusal.Of(error)!;
        }
    }

    private WorkerEvent Measure(GpuJob job)
    {
        using var prepared = _bench.Prepare(job);
        if (job.Probe)
            return new WorkerEvent { Kind = "measured", Case = prepared.Case };
        return job.Regime == Regime.Sustained ? SustainedMeasurement.Of(_device, job, prepared) : BurstMeasurement.Of(_device, job, prepared);
    }

    private WorkerEvent Prepare(int id, GpuJob job)
    {
        var prepared = _bench.Prepare(job);
        _kept[id] = prepared;
        return new WorkerEvent
        {
            Kind = "prepared",
            Case = prepared.Case,
            Work = new WorkerWork(prepared.Work.Copies, prepared.Work.BytesPerCopy.Value, _device.MaxCallsPerSample(prepared.Work, job.Mode), prepared.WorkspaceBytes, prepared.Peak?.Value),
        };
    }

    private WorkerEvent Time(GpuCase prepared, WorkerRequest request)
    {
        var timing = _device.Time(prepared.Work, prepared.Case.Mode, request.Calls, request.FirstCopy)!.Value;
        return new WorkerEvent { Kind = "timed", Times = [timing.PerCall.Value], Clocks = timing.Clock is { } clock ? [clock.Value] : [], Fallback = _device.FallbackOf(prepared.Work) };
    }

    private WorkerEvent Release(int id)
    {
        if (_kept.Remove(id, out var prepared))
            prepared.Dispose();
        return new WorkerEvent { Kind = "released" };
    }
}
