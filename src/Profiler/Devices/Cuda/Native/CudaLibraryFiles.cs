using SparseProf.Ops.Errors;

namespace SparseProf.Profiler.Devices.Cuda.Native;

/// <summary>The library files of one CUDA major version, chosen together: mixing majors breaks cuSPARSE and NVRTC.</summary>
internal sealed record CudaLibraryFiles
{
    /// <summary>CUDA's major version of all toolkit libraries below; 0 where none was found.</summary>
    public int Major { get; init; }

    public string? Driver { get; init; }

    public string? Nvml { get; init; }

    public string? NvrtcBuiltins { get; init; }

    public string? Nvrtc { get; init; }

    public string? NvJitLink { get; init; }

    public string? CublasLt { get; init; }

    public string? Cublas { get; init; }

    public string? Cusparse { get; init; }

    public string? CusparseLt { get; init; }

    /// <summary>Sentences on what was passed over: libraries of another major version.</summary>
    public IReadOnlyList<string> Remarks { get; init; } = [];

    /// <summary>
    /// Takes the major of the first cuBLASLt (else NVRTC) on the search path that the driver can run, and only libraries of
    /// that major; cuSPARSE is told by the nvJitLink it asks for.
    /// </summary>
    /// <param name="driverMajor">The CUDA major version of the driver; 0 where unknown.</param>
    public static CudaLibraryFiles Choose(LibrarySearch search, int driverMajor)
    {
        var drivers = new CudaLibraryFiles
        {
            Driver = search.Find("libcuda.so.1").FirstOrDefault(),
            Nvml = search.Find("libnvidia-ml.so.1").FirstOrDefault(),
            CusparseLt = search.Find("libcusparseLt.so.0").FirstOrDefault(),
        };
        var remarks = new List<string>();
        var majors = search.Find("libcublasLt.so.13", "libcublasLt.so.12", "libcublasLt.so.11").Select(path => (Path: path, Major: MajorOf(path)))
            .Concat(search.Find("libnvrtc.so.13", "libnvrtc.so.12").Select(path => (Path: path, Major: MajorOf(path))))
            .ToList();
        foreach (var tooNew in majors.Where(found => driverMajor > 0 && found.Major > driverMajor).DistinctBy(found => found.Major))
            remarks.Add($"{tooNew.Path} needs a driver for CUDA {tooNew.Major}; this one is for CUDA {driverMajor}");
        var major = majors.FirstOrDefault(found => driverMajor == 0 || found.Major <= driverMajor).Major;
        if (major == 0)
            return drivers with { Remarks = remarks };

        var cusparse = search.Find("libcusparse.so.12", "libcusparse.so.11").ToList();
        var cusparseOfMajor = cusparse.Find(path => CusparseMajor(path) == major);
        if (cusparseOfMajor is null && cusparse.Count > 0)
            remarks.Add($"{cusparse[0]} belongs to CUDA {CusparseMajor(cusparse[0])} and the other libraries to CUDA {major}: cuSPARSE is not used");
        var nvrtc = search.Find(major == 11 ? "libnvrtc.so.11.2" : $"libnvrtc.so.{major}").FirstOrDefault();
        return drivers with
        {
            Major = major,
            CublasLt = search.Find($"libcublasLt.so.{major}").FirstOrDefault(),
            Cublas = search.Find($"libcublas.so.{major}").FirstOrDefault(),
            Nvrtc = nvrtc,
            NvrtcBuiltins = BuiltinsOf(search, nvrtc, major),
            NvJitLink = search.Find($"libnvJitLink.so.{major}").FirstOrDefault(),
            Cusparse = cusparseOfMajor,
            Remarks = remarks,
        };
    }

    /// <summary>The error for a library that a command needs and that is not there.</summary>
    /// <param name="remarks">What was found and passed over.</param>
    public static UserErrorException Missing(string library, string soname, IReadOnlyList<string> remarks) =>
        new(ErrorKind.Missing, $"{library} was not found ({soname}){(remarks.Count > 0 ? ": " + string.Join("; ", remarks) : "")}")
        {
            Next = $"install NVIDIA's libraries (pip: 'pip install nvidia-cublas nvidia-cusparse nvidia-cuda-nvrtc nvidia-nvjitlink nvidia-cusparselt-cu13', or the CUDA toolkit), or name their folder in {LibrarySearch.OverrideVariable}",
        };

    // The builtins of another minor version make NVRTC answer "builtin operation failure": prefer those beside it.
    private static string? BuiltinsOf(LibrarySearch search, string? nvrtc, int major)
    {
        var all = search.Find($"libnvrtc-builtins.so.{major}.*").ToList();
        return all.Find(path => Path.GetDirectoryName(path) == Path.GetDirectoryName(nvrtc)) ?? all.FirstOrDefault();
    }

    private static int MajorOf(string path)
    {
        var name = Path.GetFileName(path);
        var version = name[(name.IndexOf(".so.", StringComparison.Ordinal) + 4)..];
        return int.Parse(version.Split('.')[0]);
    }

    private static int CusparseMajor(string path)
    {
        const string linker = "libnvJitLink.so.";
        var needed = ElfNeeded.Read(path).FirstOrDefault(name => name.StartsWith(linker, StringComparison.Ordinal));
        return needed is not null && int.TryParse(needed.AsSpan(linker.Length), out var major) ? major : MajorOf(path);
    }
}
