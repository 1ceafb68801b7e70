using SparseProf.Ops.Errors;
using SparseProf.Ops.Units;
using SparseProf.Profiler.Devices;
using SparseProf.Profiler.Devices.Cuda;
using SparseProf.Profiler.Sampling;
using SparseProf.Profiler.Workers;

namespace SparseProf.Profiler.Doctor;

/// <summary>NVIDIA's libraries, the GPUs behind them, and which kernels each GPU can run.</summary>
public static class CudaChecks
{
    private const string Area = "cuda";

    /// <param name="budget">What has not answered when it is spent is told as such.</param>
    /// <param name="only">The GPU to look at; all if not given.</param>
    public static IEnumerable<DoctorCheck> Run(TimeBudget budget, int? only = null)
    {
        List<DeviceIdentity> gpus = [];
        var found = TimelyChecks.Within(budget.Left, Area, () => Look(only, gpus));
        // Each GPU is asked by processes of its own, all at the same time.
        var tries = budget.IsSpent ? [] : gpus.ConvertAll(gpu => Task.Factory.StartNew(() => CapabilityMatrix.Try(WorkerCommand.ForGpu(gpu.Index), gpu, budget), TaskCreationOptions.LongRunning));
        return [.. found, .. tries.SelectMany(matrix => matrix.GetAwaiter().GetResult())];
    }

    private static List<DoctorCheck> Look(int? only, List<DeviceIdentity> gpus)
    {
        var libraries = CudaLibraryList.OfThisMachine();
        if (libraries[0].Loaded is null)
            return [new DoctorCheck(Area, "driver", DoctorStatus.Missing, libraries[0].Problem!, libraries[0].Remedy)];
        return [.. libraries.Select(Library), .. CudaLibraryList.Remarks().Select(remark => new DoctorCheck(Area, "passed over", DoctorStatus.Limited, remark)), .. Gpus(only, gpus)];
    }

    internal static DoctorCheck Library(CudaLibraryState state) => state.Loaded is { } loaded
        ? new DoctorCheck(Area, state.Name, DoctorStatus.Ok, loaded.Version.Length > 0 ? $"{loaded.Version} at {loaded.Path}" : loaded.Path)
        : new DoctorCheck(Area, state.Name, DoctorStatus.Limited, state.Problem!, state.Remedy);

    private static List<DoctorCheck> Gpus(int? only, List<DeviceIdentity> gpus)
    {
        try
        {
            gpus.AddRange(CudaDevices.List().Where(gpu => only is null || gpu.Index == only));
        }
        catch (UserErrorException error)
        {
            return [new DoctorCheck(Area, "gpu", DoctorStatus.Missing, error.Message, "check 'nvidia-smi'; the driver is installed and shows no usable GPU")];
        }

        return [.. gpus.SelectMany(Gpu)];
    }

    private static IEnumerable<DoctorCheck> Gpu(DeviceIdentity gpu)
    {
        var name = $"gpu {gpu.Index}";
        yield return new DoctorCheck(Area, name, DoctorStatus.Ok,
            $"{gpu.Name}, {gpu.Architecture}, {gpu.Units} SMs, {SiFormat.Capacity(gpu.Memory)}, L2 {SiFormat.Capacity(gpu.LastLevelCache)}, driver {gpu.Driver}");
        if (gpu.Facts.GetValueOrDefault("mig") == "on")
            yield return new DoctorCheck(Area, name, DoctorStatus.Limited, "MIG is on: clocks and power of the whole GPU are not this instance's", "measure energy with MIG off");
        if (gpu.Facts.GetValueOrDefault("other_processes") is { } others and not "0")
            yield return new DoctorCheck(Area, name, DoctorStatus.Limited, $"{others} other processes use it; measurements will carry shared_machine", "wait until they end");
        if (gpu.Facts.GetValueOrDefault("compute_mode") is "exclusive" or "prohibited")
            yield return new DoctorCheck(Area, name, DoctorStatus.Limited, $"its compute mode is {gpu.Facts["compute_mode"]}: libraries in processes of their own cannot be compared", $"'nvidia-smi -i {gpu.Index} -c DEFAULT' lets in several processes");
        foreach (var field in CudaPowerFields.Of(gpu.Index))
            yield return field with { Name = $"{name} {field.Name}" };
    }
}
