using SparseProf.Torch;

namespace SparseProf.Profiler.Doctor;

/// <summary>libtorch, which runs the models, the training and the dense baseline of the CPU.</summary>
public static class TorchChecks
{
    internal const string Area = "libtorch";

    public static IEnumerable<DoctorCheck> Run()
    {
        TorchLibrary? library = null;
        DoctorCheck? missing = null;
        try
        {
            library = TorchLibrary.Loaded;
        }
        catch (TorchMissingException error)
        {
            missing = new DoctorCheck(Area, "library", DoctorStatus.Missing, error.Message, TorchMissingException.Remedy);
        }

        return library is null ? [missing!] : Found(library);
    }

    private static IEnumerable<DoctorCheck> Found(TorchLibrary library)
    {
        yield return new DoctorCheck(Area, "library", DoctorStatus.Ok, $"{library.Version} at {library.Path}");
        yield return new DoctorCheck(Area, "shim", DoctorStatus.Ok, library.ShimPath);
        yield return TorchRuntime.CudaDevices > 0
            ? new DoctorCheck(Area, "cuda", DoctorStatus.Ok, $"{TorchRuntime.CudaDevices} devices")
            : new DoctorCheck(Area, "cuda", DoctorStatus.Limited, "this libtorch sees no GPU; models run on the CPU");
    }
}
