using System.Runtime.InteropServices;
using System.Text;
using SparseProf.Ops.Errors;

namespace SparseProf.Profiler.Devices.Cuda.Native.Driver;

/// <summary>
/// The CUDA driver API (libcuda). Symbols carry the suffix that the C header's macros add: the plain name of a suffixed
/// call is an older ABI.
/// </summary>
internal sealed unsafe partial class CudaDriver
{
    /// <summary>CUDA version, as the driver counts it, from which on every bound symbol exists.</summary>
    public const int Oldest = 12000;

    private readonly nint _init;
    private readonly nint _driverVersion;
    private readonly nint _errorName;
    private readonly nint _errorString;
    private readonly nint _deviceCount;
    private readonly nint _deviceGet;
    private readonly nint _deviceName;
    private readonly nint _deviceUuid;
    private readonly nint _deviceAttribute;
    private readonly nint _deviceTotalMemory;
    private readonly nint _devicePciBusId;
    private readonly nint _primaryRetain;
    private readonly nint _primaryRelease;
    private readonly nint _contextSetCurrent;

    public CudaDriver(NativeLibraryFile library)
    {
        _init = library.Require("cuInit");
        _driverVersion = library.Require("cuDriverGetVersion");
        RefuseOld(DriverVersion(), library.Path);
        _errorName = library.Require("cuGetErrorName");
        _errorString = library.Require("cuGetErrorString");
        _deviceCount = library.Require("cuDeviceGetCount");
        _deviceGet = library.Require("cuDeviceGet");
        _deviceName = library.Require("cuDeviceGetName");
        _deviceUuid = library.Require("cuDeviceGetUuid_v2", "cuDeviceGetUuid");
        _deviceAttribute = library.Require("cuDeviceGetAttribute");
        _deviceTotalMemory = library.Require("cuDeviceTotalMem_v2");
        _devicePciBusId = library.Require("cuDeviceGetPCIBusId");
        _primaryRetain = library.Require("cuDevicePrimaryCtxRetain");
        _primaryRelease = library.Require("cuDevicePrimaryCtxRelease_v2");
        _contextSetCurrent = library.Require("cuCtxSetCurrent");
        Memory = new MemoryCalls(library);
        Streams = new StreamCalls(library);
        Graphs = new GraphCalls(library);
        Modules = new ModuleCalls(library);
        Identity = new LibraryIdentity(library.Name, VersionText(DriverVersion()), library.Path);
    }

    public LibraryIdentity Identity { get; }

    private MemoryCalls Memory { get; }

    private StreamCalls Streams { get; }

    private GraphCalls Graphs { get; }

    private ModuleCalls Modules { get; }

    /// <summary>The CUDA version that the driver serves: 12040 for 12.4. Works before <see cref="Initialize"/> and without a GPU.</summary>
    public int DriverVersion()
    {
        int version;
        var status = ((delegate* unmanaged[Cdecl]<int*, int>)_driverVersion)(&version);
        return status == DriverStatus.Success ? version : 0;
    }

    /// <exception cref="UserErrorException">The driver is older than <see cref="Oldest"/>.</exception>
    internal static void RefuseOld(int version, string path)
    {
        if (version is > 0 and < Oldest)
        {
            throw new UserErrorException(ErrorKind.Missing, $"the NVIDIA driver at {path} is too old: it serves CUDA {VersionText(version)}")
            {
                Allowed = $"drivers for CUDA {VersionText(Oldest)} and later",
                Next = "install a driver of version 525 or later",
            };
        }
    }

    public void Initialize() => Check(((delegate* unmanaged[Cdecl]<uint, int>)_init)(0), "cuInit");

    public int DeviceCount()
    {
        int count;
        Check(((delegate* unmanaged[Cdecl]<int*, int>)_deviceCount)(&count), "cuDeviceGetCount");
        return count;
    }

    public int Device(int ordinal)
    {
        int device;
        Check(((delegate* unmanaged[Cdecl]<int*, int, int>)_deviceGet)(&device, ordinal), "cuDeviceGet");
        return device;
    }

    public string DeviceName(int device)
    {
        var buffer = stackalloc byte[256];
        Check(((delegate* unmanaged[Cdecl]<byte*, int, int, int>)_deviceName)(buffer, 256, device), "cuDeviceGetName");
        return Marshal.PtrToStringUTF8((nint)buffer)!;
    }

    /// <summary>As nvidia-smi prints it: <c>GPU-xxxxxxxx-xxxx-…</c>; a MIG instance has its own.</summary>
    public string DeviceUuid(int device)
    {
        var bytes = stackalloc byte[16];
        Check(((delegate* unmanaged[Cdecl]<byte*, int, int>)_deviceUuid)(bytes, device), "cuDeviceGetUuid_v2");
        return "GPU-" + new Guid(new ReadOnlySpan<byte>(bytes, 16), bigEndian: true).ToString("D");
    }

    public int Attribute(int device, DeviceAttribute attribute)
    {
        int value;
        Check(((delegate* unmanaged[Cdecl]<int*, int, int, int>)_deviceAttribute)(&value, (int)attribute, device), "cuDeviceGetAttribute", attribute.ToString());
        return value;
    }

    public ulong TotalMemory(int device)
    {
        nuint bytes;
        Check(((delegate* unmanaged[Cdecl]<nuint*, int, int>)_deviceTotalMemory)(&bytes, device), "cuDeviceTotalMem_v2");
        return bytes;
    }

    /// <summary><c>0000:1B:00.0</c>: the name under which NVML knows the same GPU.</summary>
    public string PciBusId(int device)
    {
        var buffer = stackalloc byte[32];
        Check(((delegate* unmanaged[Cdecl]<byte*, int, int, int>)_devicePciBusId)(buffer, 32, device), "cuDeviceGetPCIBusId");
        return Marshal.PtrToStringUTF8((nint)buffer)!;
    }

    /// <summary>The primary context: the one that CUDA's run-time libraries use.</summary>
    public nint RetainPrimaryContext(int device)
    {
        nint context;
        Check(((delegate* unmanaged[Cdecl]<nint*, int, int>)_primaryRetain)(&context, device), "cuDevicePrimaryCtxRetain");
        return context;
    }

    public void ReleasePrimaryContext(int device) =>
        Check(((delegate* unmanaged[Cdecl]<int, int>)_primaryRelease)(device), "cuDevicePrimaryCtxRelease_v2");

    /// <summary>A context is current to a thread: every thread that calls CUDA sets it once.</summary>
    public void SetCurrentContext(nint context) =>
        Check(((delegate* unmanaged[Cdecl]<nint, int>)_contextSetCurrent)(context), "cuCtxSetCurrent");

    public string ErrorName(int status) => Text(_errorName, status) ?? "unknown status";

    internal static string VersionText(int version) => version == 0 ? "" : $"{version / 1000}.{version % 1000 / 10}";

    private void Check(int status, string call, string? detail = null)
    {
        if (status == DriverStatus.Success)
            return;
        var words = new StringBuilder(detail);
        if (Text(_errorString, status) is { } description)
            words.Append(words.Length > 0 ? ", " : "").Append(description);
        throw new CudaCallException(call, status, ErrorName(status), Identity, DriverStatus.Meaning(status), words.Length > 0 ? words.ToString() : null);
    }

    private static string? Text(nint function, int status)
    {
        byte* text = null;
        return ((delegate* unmanaged[Cdecl]<int, byte**, int>)function)(status, &text) == DriverStatus.Success && text is not null
            ? Marshal.PtrToStringUTF8((nint)text)
            : null;
    }
}
