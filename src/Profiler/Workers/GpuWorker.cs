using System.Runtime.InteropServices;
using SparseProf.Ops;
using SparseProf.Ops.Errors;
using SparseProf.Ops.Units;
using SparseProf.Profiler.Devices.Cuda;
using SparseProf.Profiler.Devices.Cuda.Native;
using SparseProf.Profiler.Kernels;
using SparseProf.Profiler.Kernels.Cuda;
using SparseProf.Profiler.Power;
using SparseProf.Profiler.Sampling;
using SparseProf.Store.Rows;

namespace SparseProf.Profiler.Workers;

/// <summary>The inside of a worker process: reads jobs, one a line, and answers each with a measurement or a refusal.</summary>
public sealed class GpuWorker : IDisposable
{
    /// <summary>Exit code after a refusal that broke the context; the parent has its reason by then.</summary>
    public const int BrokenContext = 70;

    private static readonly Seconds s_energyWindow = new(6);
    private static readonly Fraction s_burstDuty = new(0.2);

    // One timed stretch of an energy window: long enough to hide the host's part between two.
    private static readonly Seconds s_energyStretch = new(0.05);

    private readonly CudaDevice _device;
    private readonly DeviceFloors _floors;

    private GpuWorker(CudaDevice device)
    {
        _device = device;
        _floors = DeviceFloors.Measure(device);
    }

    /// <summary>Serves jobs until the input ends; the exit code of the process.</summary>
    public static int Serve(int gpu, TextReader input, TextWriter output)
    {
        // Ctrl-C is for the run that started this worker: it closes the input when it is done.
        using var ignored = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => signal.Cancel = true);
        GpuWorker worker;
        try
        {
            worker = new GpuWorker(CudaDevice.Open(gpu));
        }
        catch (UserErrorException error)
        {
            Say(output, new WorkerEvent { Kind = "refused", Status = "failed", Message = error.Message, Fatal = true });
            return (int)error.Kind;
        }

        using (worker)
        {
            Say(output, new WorkerEvent { Kind = "ready", Observations = worker.Observations });
            while (input.ReadLine() is { } line)
            {
                if (WorkerLines.Read<GpuJob>(line) is not { } job)
                    continue;
                var answer = worker.Answer(job);
                Say(output, answer);
                if (answer.Fatal)
                    Environment.Exit(BrokenContext);
            }
        }

        return 0;
    }

    public void Dispose() => _device.Dispose();

    private Dictionary<string, double> Observations => new()
    {
        ["empty_kernel_s"] = _floors.EmptyCall.Value,
        ["copy_bandwidth_bytes_per_s"] = _floors.CopyBandwidth.Value,
    };

    private static void Say(TextWriter output, WorkerEvent heard)
    {
        output.WriteLine(WorkerLines.Write(heard));
        output.Flush();
    }

    private WorkerEvent Answer(GpuJob job)
    {
        try
        {
            return job.Kernel == PowerMeterJob.Kernel
                ? new WorkerEvent { Kind = "measured", Observations = PowerMeterJob.Run(_device) }
                : Measure(job);
        }
        catch (CudaCallException error)
        {
            return Refused(error.Failure switch
            {
                CudaFailure.NotSupported => "unsupported",
                CudaFailure.OutOfMemory => "out_of_memory",
                CudaFailure.Sticky => "crash",
                _ => "failed",
            }, error.Message) with
            { Fatal = error.Failure == CudaFailure.Sticky };
        }
        catch (NotSupportedException error)
        {
            return Refused("unsupported", error.Message);
        }
        catch (Exception error) when (error is UserErrorException or OutOfMemoryException or OverflowException)
        {
            return Refused(error is OutOfMemoryException ? "out_of_memory" : "failed", error.Message);
        }
    }

    private WorkerEvent Measure(GpuJob job)
    {
        var op = job.ToOp();
        var kernel = GpuKernels.Create(_device, job.Kernel);
        if (kernel.Misfit(op) is { } misfit)
            return Refused("unsupported", misfit);
        using var prepared = kernel.Prepare(op, new KernelData(job.Seed, Rotation.Copies(op, job.Mode, _device)));
        var correctness = prepared.Verify();
        var clocks = new List<double>();
        var measured = new Sampler(_device).Measure(prepared, PlanOf(job), timings => clocks.AddRange(timings.Select(timing => timing.Clock?.Value).OfType<double>()));
        var clock = ClockOf(clocks, measured);
        var time = new Seconds(measured.Median.Value);
        var energy = job.Energy ? EnergyLoop.Measure(_device, prepared, job.Mode, EnergyCalls(prepared, job.Mode, time), s_energyWindow) : null;
        return new WorkerEvent
        {
            Kind = "measured",
            Case = CaseOf(job, op, kernel, prepared, correctness),
            Times = measured.Times,
            Result = measured.ToResult(energy) with { Caveats = [], MedianClockHz = clock?.Value, WorkspaceBytes = (prepared as CudaGemm)?.Choice.WorkspaceBytes },
            Caveats = [.. Caveats(job, op, correctness, measured, energy, time, clock).Select(caveat => new WorkerCaveat(caveat.Caveat.Name, caveat.Evidence))],
        };
    }

    /// <summary>
    /// The clock of the timed stretches themselves, where they were long enough to tell; NVML's also sees the pauses.
    /// </summary>
    private static Hertz? ClockOf(List<double> stamped, Measurement measured) =>
        stamped.Count > 0 ? new Hertz(Ops.Statistics.OrderStatistics.Median(stamped.ToArray())) : measured.Conditions.MedianClock;

    private static SamplingPlan PlanOf(GpuJob job) => job.Regime == Regime.Sustained
        ? SamplingPlan.Sustained(job.Mode)
        : SamplingPlan.For(job.Mode, job.Quick) with { DutyCycle = s_burstDuty };

    private int EnergyCalls(IPreparedKernel prepared, TimingMode mode, Seconds time) =>
        (int)Math.Clamp(Math.Ceiling(s_energyStretch.Value / time.Value), 1, _device.MaxCallsPerSample(prepared, mode));

    /// <summary>What a kernel found by search is stored as its algorithm.</summary>
    private static MeasurementCase CaseOf(GpuJob job, Op op, IKernel kernel, IPreparedKernel prepared, Correctness correctness) =>
        MeasurementCase.For(op, kernel.Name, job.Mode, job.Pattern == "dense" ? Execution.Dense : kernel is CublasLtKernel ? Execution.Masked : Execution.Sparse, correctness.Passed) with
        {
            Library = kernel.Library,
            Algorithm = prepared is CudaGemm gemm ? gemm.Choice.ToString() : kernel.Algorithm,
            Regime = job.Regime,
            Seed = job.Seed,
            WeightBytes = prepared.WeightBytes.Value,
            MaxRelError = correctness.MaxRelativeError,
            Tolerance = correctness.Tolerance,
        };

    private IEnumerable<ObservedCaveat> Caveats(GpuJob job, Op op, Correctness correctness, Measurement measured, CallEnergy? energy, Seconds time, Hertz? clock)
    {
        var identity = _device.Identity;
        var caveats = measured.Caveats
            .Concat(energy?.Reading.Caveats ?? [])
            .Concat(GpuPlausibility.Judge(op, job.Mode, time, clock, _device.Context.Architecture, identity.Units, _floors));
        if (!correctness.Passed)
            caveats = caveats.Append(new ObservedCaveat(Caveat.Unverified, $"relative error {correctness.MaxRelativeError:0.##e0}, tolerance {correctness.Tolerance:0.##e0}"));
        if (_device.TimingFallback is { } fallback)
            caveats = caveats.Append(new ObservedCaveat(Caveat.TimingFallback, fallback));
        if (energy?.Reading is { Energy: { } joules, Window: { Value: > 0 } window }
            && double.TryParse(identity.Facts.GetValueOrDefault("power_limit_w"), out var limit)
            && GpuPlausibility.JudgePower(joules / window, new Watts(limit)) is { } implausible)
        {
            caveats = caveats.Append(implausible);
        }

        return caveats;
    }

    private static WorkerEvent Refused(string status, string message) =>
        new() { Kind = "refused", Status = status, Message = message.ReplaceLineEndings(" ") };
}
