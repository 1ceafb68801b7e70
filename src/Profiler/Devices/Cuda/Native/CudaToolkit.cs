using SparseProf.Ops.Errors;
using SparseProf.Profiler.Devices.Cuda.Native.Cublas;
using SparseProf.Profiler.Devices.Cuda.Native.CublasLt;
using SparseProf.Profiler.Devices.Cuda.Native.Cusparse;
using SparseProf.Profiler.Devices.Cuda.Native.CusparseLt;
using SparseProf.Profiler.Devices.Cuda.Native.Driver;
using SparseProf.Profiler.Devices.Cuda.Native.Nvml;
using SparseProf.Profiler.Devices.Cuda.Native.Nvrtc;

namespace SparseProf.Profiler.Devices.Cuda.Native;

/// <summary>Every CUDA library of this machine, each loaded when first asked for, after those it depends on.</summary>
internal sealed class CudaToolkit
{
    private readonly Lazy<CudaDriver> _driver;
    private readonly Lazy<NvmlLibrary> _nvml;
    private readonly Lazy<NvrtcCompiler> _nvrtc;
    private readonly Lazy<CublasLtLibrary> _cublasLt;
    private readonly Lazy<CublasLibrary> _cublas;
    private readonly Lazy<CusparseLibrary> _cusparse;
    private readonly Lazy<CusparseLtLibrary> _cusparseLt;

    public CudaToolkit(LibrarySearch search)
    {
        var driverFile = search.Find("libcuda.so.1").FirstOrDefault();
        _driver = new(() => new CudaDriver(Load("CUDA driver", driverFile, "libcuda.so.1")));
        Files = CudaLibraryFiles.Choose(search, DriverMajor());
        _nvml = new(() => new NvmlLibrary(Load("NVML", Files.Nvml, "libnvidia-ml.so.1")));
        _nvrtc = new(() =>
        {
            if (Files.NvrtcBuiltins is { } builtins)
                NativeLibraryFile.Load("NVRTC builtins", builtins);
            return new NvrtcCompiler(Load("NVRTC", Files.Nvrtc, "libnvrtc.so.12 or .13", Files.Remarks));
        });
        _cublasLt = new(() => new CublasLtLibrary(Load("cuBLASLt", Files.CublasLt, "libcublasLt.so.12 or .13", Files.Remarks)));
        _cublas = new(() =>
        {
            _ = _cublasLt!.Value;
            return new CublasLibrary(Load("cuBLAS", Files.Cublas, "libcublas.so.12 or .13", Files.Remarks));
        });
        _cusparse = new(() =>
        {
            if (Files.NvJitLink is { } linker)
                NativeLibraryFile.Load("nvJitLink", linker);
            return new CusparseLibrary(Load("cuSPARSE", Files.Cusparse, "libcusparse.so.12", Files.Remarks));
        });
        _cusparseLt = new(() => new CusparseLtLibrary(Load("cuSPARSELt", Files.CusparseLt, "libcusparseLt.so.0")));
    }

    public CudaLibraryFiles Files { get; }

    public CudaDriver Driver => _driver.Value;

    public NvmlLibrary Nvml => _nvml.Value;

    public NvrtcCompiler Nvrtc => _nvrtc.Value;

    public CublasLtLibrary CublasLt => _cublasLt.Value;

    public CublasLibrary Cublas => _cublas.Value;

    public CusparseLibrary Cusparse => _cusparse.Value;

    public CusparseLtLibrary CusparseLt => _cusparseLt.Value;

    public static CudaToolkit OfThisMachine() => new(LibrarySearch.OfThisMachine());

    // 0 where there is no driver: the choice of libraries then ignores it.
    private int DriverMajor()
    {
        try
        {
            return Driver.DriverVersion() / 1000;
        }
        catch (UserErrorException)
        {
            return 0;
        }
    }

    // The loader's own paths come last: a plain soname.
    private static NativeLibraryFile Load(string name, string? path, string soname, IReadOnlyList<string>? remarks = null)
    {
        if (path is not null)
            return NativeLibraryFile.Load(name, path);
        try
        {
            return NativeLibraryFile.Load(name, soname.Split(' ')[0]);
        }
        catch (UserErrorException)
        {
            throw name is "CUDA driver" or "NVML"
                ? new UserErrorException(ErrorKind.Missing, $"{name} was not found ({soname}): no NVIDIA driver is installed")
                {
                    Next = $"install NVIDIA's driver, or name its folder in {LibrarySearch.OverrideVariable}; 'sparseprof measure --cpu' needs none",
                }
                : CudaLibraryFiles.Missing(name, soname, remarks ?? []);
        }
    }
}
