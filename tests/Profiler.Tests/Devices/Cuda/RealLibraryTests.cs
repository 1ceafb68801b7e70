using SparseProf.Profiler.Devices.Cuda;
using SparseProf.Profiler.Devices.Cuda.Native;
using SparseProf.Profiler.Devices.Cuda.Native.CublasLt;
using SparseProf.Profiler.Devices.Cuda.Native.Cusparse;

namespace SparseProf.Profiler.Tests.Devices.Cuda;

/// <summary>What NVIDIA's own libraries answer without a GPU: symbols, descriptors, refusals and the compiler.</summary>
public sealed class RealLibraryTests
{
    [Fact]
    public void Every_library_has_the_symbols_that_are_bound()
    {
        var toolkit = CudaCache.ToolkitOrSkip();
        Assert.Equal(12, toolkit.Files.Major);
        Assert.Equal("12.4", toolkit.Driver.Identity.Version);
        Assert.Equal("12.4", toolkit.Nvrtc.Identity.Version);
        Assert.Equal("12.4.5", toolkit.CublasLt.Identity.Version);
        Assert.Equal("12.4.5", toolkit.Cublas.Identity.Version);
        Assert.Equal("12.3.1", toolkit.Cusparse.Identity.Version);
        Assert.False(toolkit.Cublas.HasGroupedGemm);
        Assert.NotNull(toolkit.Nvml);
    }

    [Fact]
    public void Layouts_keep_what_was_set()
    {
        var library = CudaCache.ToolkitOrSkip().CublasLt;
        using var layout = library.CreateLayout(CudaDataType.Bf16, 4096, 512, 4096);
        layout.Set(LayoutAttribute.BatchCount, 3);
        layout.Set(LayoutAttribute.BatchStride, 4096L * 512);
        Assert.Equal((uint)CudaDataType.Bf16, layout.Get<uint>(LayoutAttribute.Type));
        Assert.Equal(4096ul, layout.Get<ulong>(LayoutAttribute.Rows));
        Assert.Equal(512ul, layout.Get<ulong>(LayoutAttribute.Columns));
        Assert.Equal(4096L, layout.Get<long>(LayoutAttribute.LeadingDimension));
        Assert.Equal(3, layout.Get<int>(LayoutAttribute.BatchCount));
        Assert.Equal(4096L * 512, layout.Get<long>(LayoutAttribute.BatchStride));
    }

    [Fact]
    public void Products_and_preferences_keep_what_was_set()
    {
        var library = CudaCache.ToolkitOrSkip().CublasLt;
        using var product = library.CreateMatmul(CublasCompute.Fp32, CudaDataType.Fp32);
        product.Set(MatmulAttribute.TransposeA, 1);
        product.Set(MatmulAttribute.FastAccumulation, (sbyte)1);
        product.Set(MatmulAttribute.BiasPointer, 0x1000ul);
        Assert.Equal(1, product.Get<int>(MatmulAttribute.TransposeA));
        Assert.Equal((sbyte)1, product.Get<sbyte>(MatmulAttribute.FastAccumulation));
        Assert.Equal(0x1000ul, product.Get<ulong>(MatmulAttribute.BiasPointer));
        Assert.Equal((int)CublasCompute.Fp32, product.Get<int>(MatmulAttribute.ComputeType));

        using var preference = library.CreatePreference();
        Assert.Equal(0ul, preference.Get<ulong>(PreferenceAttribute.MaxWorkspaceBytes));
        preference.Set(PreferenceAttribute.MaxWorkspaceBytes, 64ul << 20);
        Assert.Equal(64ul << 20, preference.Get<ulong>(PreferenceAttribute.MaxWorkspaceBytes));
    }

    [Fact]
    public void A_value_of_the_wrong_size_is_refused_by_name()
    {
        var library = CudaCache.ToolkitOrSkip().CublasLt;
        using var product = library.CreateMatmul(CublasCompute.Fp32, CudaDataType.Fp32);
        var error = Assert.Throws<CudaCallException>(() => product.Set(MatmulAttribute.FastAccumulation, 1));
        Assert.Equal("cublasLtMatmulDescSetAttribute", error.Call);
        Assert.Equal(CublasStatus.InvalidValue, error.Status);
        Assert.StartsWith("cublasLtMatmulDescSetAttribute answered CUBLAS_STATUS_INVALID_VALUE (7), cuBLASLt 12.4.5 (", error.Message);
    }

    [Fact]
    public void Scale_modes_are_unknown_to_12_4()
    {
        var library = CudaCache.ToolkitOrSkip().CublasLt;
        using var product = library.CreateMatmul(CublasCompute.Fp32, CudaDataType.Fp32);
        Assert.Throws<CudaCallException>(() => product.Set(MatmulAttribute.ScaleModeA, 0));
    }

    [Fact]
    public void Sparse_descriptors_need_no_gpu_and_check_their_arguments()
    {
        var library = CudaCache.ToolkitOrSkip().Cusparse;
        using var columns = library.CreateDense(16, 8, 16, 0x1000, CudaDataType.Bf16, CusparseOrder.Column);
        using var rows = library.CreateDense(16, 8, 8, 0x1000, CudaDataType.Bf16, CusparseOrder.Row);
        using var csr = library.CreateCsr(16, 16, 4, 0x1000, 0x2000, 0x3000, CudaDataType.Bf16);
        using var ell = library.CreateBlockedEll(48, 48, 24, 24, 0x1000, 0x2000, CudaDataType.Fp16);
        using var bsr = library.CreateBsr(2, 2, 2, 16, 0x1000, 0x2000, 0x3000, CudaDataType.Bf16);
        Assert.All([columns, rows, csr, ell, bsr], matrix => Assert.NotEqual(0, matrix.Handle));
        Assert.Equal(3, Assert.Throws<CudaCallException>(() => library.CreateDense(16, 8, 16, 0x1000, CudaDataType.Bf16, (CusparseOrder)(-1))).Status);
        Assert.Equal(3, Assert.Throws<CudaCallException>(() => library.CreateBlockedEll(40, 48, 32, 32, 0x1000, 0x2000, CudaDataType.Fp16)).Status);
        Assert.Equal(3, Assert.Throws<CudaCallException>(() => library.CreateCsr(16, 16, 4, 0x1000, 0x2000, 0x3000, CudaDataType.Fp8E4M3)).Status);
    }

    [Fact]
    public void Without_a_gpu_each_library_says_so()
    {
        var toolkit = CudaCache.WithoutGpuOrSkip();
        var driver = Assert.Throws<CudaCallException>(toolkit.Driver.Initialize);
        Assert.StartsWith("cuInit answered CUDA_ERROR_NO_DEVICE (100), CUDA driver 12.4 (", driver.Message);
        Assert.Equal(CudaFailure.NoDevice, driver.Failure);
        Assert.Equal(1, Assert.Throws<CudaCallException>(() => toolkit.CublasLt.CreateHandle()).Status);
        Assert.Equal(1, Assert.Throws<CudaCallException>(() => toolkit.Cusparse.CreateHandle()).Status);
        var nvml = Assert.Throws<CudaCallException>(toolkit.Nvml.Initialize);
        Assert.Equal(9, nvml.Status);
        Assert.Contains("Driver Not Loaded", nvml.Message);
    }

    [Theory]
    [InlineData(80)]
    [InlineData(89)]
    [InlineData(90)]
    public void The_harness_kernels_compile_cleanly(int architecture)
    {
        var compiled = CudaCache.ToolkitOrSkip().Nvrtc.Compile(HelperKernels.Source, "HelperKernels.cu", architecture);
        Assert.Equal("", compiled.Log);
        Assert.Equal([0x7f, (byte)'E', (byte)'L', (byte)'F'], compiled.Image[..4]);
        var image = System.Text.Encoding.Latin1.GetString(compiled.Image);
        Assert.All(HelperKernels.NamesFor(architecture), name => Assert.Contains(name, image));
    }

    [Fact]
    public void A_kernel_with_an_error_reports_the_compilers_words()
    {
        var nvrtc = CudaCache.ToolkitOrSkip().Nvrtc;
        var error = Assert.Throws<CudaCallException>(() => nvrtc.Compile("extern \"C\" __global__ void f() { g(); }", "broken.cu", 90));
        Assert.Contains("NVRTC_ERROR_COMPILATION (6)", error.Message);
        Assert.Contains("identifier \"g\" is undefined", error.Message);
    }
}
