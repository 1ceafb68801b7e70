using SparseProf.Ops.Errors;
using SparseProf.Profiler.Devices.Cuda.Native;
using SparseProf.Profiler.Devices.Cuda.Native.CusparseLt;

namespace SparseProf.Profiler.Tests.Devices.Cuda;

public sealed class LibrarySearchTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("sparseprof-libraries").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void The_override_comes_first_and_may_name_several_folders()
    {
        var candidates = LibrarySearch.Candidates(name => name == LibrarySearch.OverrideVariable ? "/one:/two" : null, () => ["/site"]).ToList();
        Assert.Equal(["/one", "/one/nvidia/current", "/two", "/two/nvidia/current", "/site/nvidia/cu13/lib"], candidates[..5]);
        Assert.Contains("/usr/local/nvidia/lib64", candidates);
    }

    [Fact]
    public void Folders_win_over_names()
    {
        Touch("a", "libcublasLt.so.12");
        Touch("b", "libcublasLt.so.13");
        Assert.Equal(Path.Combine(_root, "a", "libcublasLt.so.12"), Search("a", "b").Find("libcublasLt.so.13", "libcublasLt.so.12").First());
    }

    [Fact]
    public void All_libraries_come_from_one_cuda_major()
    {
        Touch("a", "libcublasLt.so.13", "libnvrtc.so.13", "libnvrtc-builtins.so.13.0");
        Touch("b", "libcublasLt.so.12", "libcublas.so.12", "libnvrtc.so.12", "libnvJitLink.so.12");
        var chosen = CudaLibraryFiles.Choose(Search("a", "b"), driverMajor: 13);
        Assert.Equal(13, chosen.Major);
        Assert.EndsWith("a/libcublasLt.so.13", chosen.CublasLt);
        Assert.EndsWith("libnvrtc-builtins.so.13.0", chosen.NvrtcBuiltins);
        Assert.Null(chosen.Cublas);
        Assert.Null(chosen.NvJitLink);
    }

    [Fact]
    public void A_driver_that_is_too_old_takes_the_older_libraries_and_says_why()
    {
        Touch("a", "libcublasLt.so.13");
        Touch("b", "libcublasLt.so.12");
        var chosen = CudaLibraryFiles.Choose(Search("a", "b"), driverMajor: 12);
        Assert.Equal(12, chosen.Major);
        Assert.Contains("needs a driver for CUDA 13; this one is for CUDA 12", Assert.Single(chosen.Remarks));
    }

    [Fact]
    public void Cusparse_of_another_major_is_passed_over()
    {
        CudaCache.ToolkitOrSkip();
        Touch("a", "libcublasLt.so.13");
        var chosen = CudaLibraryFiles.Choose(new LibrarySearch([Path.Combine(_root, "a"), CudaCache.Folder]), driverMajor: 13);
        Assert.Null(chosen.Cusparse);
        Assert.Contains("belongs to CUDA 12 and the other libraries to CUDA 13", chosen.Remarks[^1]);
    }

    [Fact]
    public void The_needed_libraries_of_a_shared_object_are_read_from_its_file()
    {
        CudaCache.ToolkitOrSkip();
        Assert.Contains("libnvJitLink.so.12", ElfNeeded.Read(Path.Combine(CudaCache.Folder, "libcusparse.so.12")));
        Assert.Contains("libcublasLt.so.12", ElfNeeded.Read(Path.Combine(CudaCache.Folder, "libcublas.so.12")));
    }

    [Fact]
    public void A_file_that_is_no_library_needs_nothing_and_does_not_load()
    {
        Touch("a", "libnvrtc.so.12");
        var path = Path.Combine(_root, "a", "libnvrtc.so.12");
        Assert.Empty(ElfNeeded.Read(path));
        var error = Assert.Throws<UserErrorException>(() => NativeLibraryFile.Load("NVRTC", path));
        Assert.Equal(ErrorKind.Missing, error.Kind);
        Assert.Contains(path, error.Message);
    }

    [Fact]
    public void A_missing_library_is_named_with_the_remedy()
    {
        var toolkit = new CudaToolkit(new LibrarySearch([_root]));
        var error = Assert.Throws<UserErrorException>(() => toolkit.CusparseLt);
        Assert.Equal(ErrorKind.Missing, error.Kind);
        Assert.Contains("cuSPARSELt was not found", error.Message);
        Assert.Contains("nvidia-cusparselt", error.Next);
    }

    [Theory]
    [InlineData(0, 4, true)]
    [InlineData(0, 5, true)]
    [InlineData(0, 6, false)]
    [InlineData(0, 8, false)]
    public void Old_cusparselt_is_refused(int major, int minor, bool refused)
    {
        var error = Record.Exception(() => CusparseLtLibrary.RefuseOld(new Version(major, minor, 1), "/somewhere/libcusparseLt.so.0"));
        Assert.Equal(refused, error is UserErrorException { Kind: ErrorKind.Missing });
    }

    private LibrarySearch Search(params string[] folders) => new([.. folders.Select(folder => Path.Combine(_root, folder))]);

    private void Touch(string folder, params string[] names)
    {
        Directory.CreateDirectory(Path.Combine(_root, folder));
        foreach (var name in names)
            File.WriteAllText(Path.Combine(_root, folder, name), "not a library");
    }
}
