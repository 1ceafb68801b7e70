using System.Runtime.InteropServices;

namespace SparseProf.Torch.Native;

/// <summary>The functions of native/dispatch.cpp; what they do is said there.</summary>
internal static unsafe partial class NativeMethods
{
    private const string Shim = "sparseprof_torch";

    static NativeMethods() =>
        NativeLibrary.SetDllImportResolver(typeof(NativeMethods).Assembly, (name, _, _) => name == Shim ? TorchLibrary.Loaded.Shim : 0);

    [LibraryImport(Shim, EntryPoint = "sp_last_error")]
    public static partial byte* LastError();

    [LibraryImport(Shim, EntryPoint = "sp_operator", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint FindOperator(string name, string overload);

    [LibraryImport(Shim, EntryPoint = "sp_call")]
    public static partial int Call(nint op, NativeArgument* arguments, int count, NativeArgument** results);

    [LibraryImport(Shim, EntryPoint = "sp_free")]
    public static partial void Free(nint tensor);

    [LibraryImport(Shim, EntryPoint = "sp_live_tensors")]
    public static partial long LiveTensors();

    [LibraryImport(Shim, EntryPoint = "sp_info")]
    public static partial int Info(nint tensor, TensorInfo* info);

    [LibraryImport(Shim, EntryPoint = "sp_from_blob")]
    public static partial nint FromBlob(
        void* data, long* sizes, int dimensions, int scalarType, delegate* unmanaged<nint, void> release, nint context);

    [LibraryImport(Shim, EntryPoint = "sp_set_requires_grad")]
    public static partial int SetRequiresGrad(nint tensor, int requiresGrad);

    [LibraryImport(Shim, EntryPoint = "sp_backward")]
    public static partial int Backward(nint tensor, nint gradient, int retainGraph);

    [LibraryImport(Shim, EntryPoint = "sp_grad")]
    public static partial nint Grad(nint tensor);

    [LibraryImport(Shim, EntryPoint = "sp_set_grad")]
    public static partial int SetGrad(nint tensor, nint gradient);

    [LibraryImport(Shim, EntryPoint = "sp_grad_mode")]
    public static partial int GradMode(int enabled);

    [LibraryImport(Shim, EntryPoint = "sp_inference_enter")]
    public static partial nint InferenceEnter();

    [LibraryImport(Shim, EntryPoint = "sp_inference_exit")]
    public static partial void InferenceExit(nint mode);

    [LibraryImport(Shim, EntryPoint = "sp_manual_seed")]
    public static partial int ManualSeed(ulong seed);

    [LibraryImport(Shim, EntryPoint = "sp_threads")]
    public static partial int Threads();

    [LibraryImport(Shim, EntryPoint = "sp_set_threads")]
    public static partial int SetThreads(int count);

    [LibraryImport(Shim, EntryPoint = "sp_interop_threads")]
    public static partial int InteropThreads();

    [LibraryImport(Shim, EntryPoint = "sp_set_interop_threads")]
    public static partial int SetInteropThreads(int count);

    [LibraryImport(Shim, EntryPoint = "sp_cuda_devices")]
    public static partial int CudaDevices();

    [LibraryImport(Shim, EntryPoint = "sp_cuda_synchronize")]
    public static partial int CudaSynchronize(int device);

    [LibraryImport(Shim, EntryPoint = "sp_cuda_use_stream")]
    public static partial int CudaUseStream(int device, nint stream);

    /// <summary>Turns a failure code into an exception with libtorch's text.</summary>
    public static void Check(int code)
    {
        if (code < 0)
            throw LastFailure();
    }

    public static TorchException LastFailure() => new(Marshal.PtrToStringUTF8((nint)LastError()) ?? "libtorch failed without a message");
}
