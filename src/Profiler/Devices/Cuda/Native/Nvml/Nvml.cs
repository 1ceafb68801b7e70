using System.Runtime.InteropServices;
using System.Text;

namespace SparseProf.Profiler.Devices.Cuda.Native.Nvml;

/// <summary>
/// NVIDIA's management library: power, energy, clocks, temperature. Inside virtual machines any query may be refused;
/// the Try methods then answer null and the refusal is data.
/// </summary>
internal sealed unsafe partial class NvmlLibrary
{
    private readonly NativeLibraryFile _library;
    private readonly nint _init;
    private readonly nint _shutdown;
    private readonly nint _errorString;
    private readonly nint _handleByPci;
    private readonly nint _fieldValues;

    public NvmlLibrary(NativeLibraryFile library)
    {
        _library = library;
        _init = library.Require("nvmlInit_v2");
        _shutdown = library.Require("nvmlShutdown");
        _errorString = library.Require("nvmlErrorString");
        _handleByPci = library.Require("nvmlDeviceGetHandleByPciBusId_v2");
        _fieldValues = library.Require("nvmlDeviceGetFieldValues");
        Identity = new LibraryIdentity(library.Name, "", library.Path);
    }

    public LibraryIdentity Identity { get; private set; }

    public void Initialize()
    {
        Check(((delegate* unmanaged[Cdecl]<int>)_init)(), "nvmlInit_v2");
        Identity = Identity with { Version = SystemText("nvmlSystemGetDriverVersion") ?? "" };
    }

    public void Shutdown() => ((delegate* unmanaged[Cdecl]<int>)_shutdown)();

    /// <summary>The driver's version, 580.159.03; null where the query is refused.</summary>
    public string? DriverVersion() => SystemText("nvmlSystemGetDriverVersion");

    /// <param name="pciBusId">As the CUDA driver prints it; indices of the two libraries need not agree.</param>
    public nint Device(string pciBusId)
    {
        nint device;
        fixed (byte* text = Encoding.UTF8.GetBytes(pciBusId + '\0'))
            Check(((delegate* unmanaged[Cdecl]<byte*, nint*, int>)_handleByPci)(text, &device), "nvmlDeviceGetHandleByPciBusId_v2", pciBusId);
        return device;
    }

    /// <summary>All fields in one driver round trip: a consistent snapshot. Each value has its own status.</summary>
    public NvmlFieldValue[] Fields(nint device, params ReadOnlySpan<NvmlField> fields)
    {
        var values = new NvmlFieldValue[fields.Length];
        for (var i = 0; i < fields.Length; i++)
            values[i].FieldId = (uint)fields[i];
        Fetch(device, values);
        return values;
    }

    /// <summary>As <see cref="Fields"/>, into a buffer that is used again and again.</summary>
    public void Fetch(nint device, NvmlFieldValue[] values)
    {
        fixed (NvmlFieldValue* pointer = values)
            Check(((delegate* unmanaged[Cdecl]<nint, int, NvmlFieldValue*, int>)_fieldValues)(device, values.Length, pointer), "nvmlDeviceGetFieldValues");
    }

    public string ErrorText(int status) =>
        Marshal.PtrToStringUTF8((nint)((delegate* unmanaged[Cdecl]<int, byte*>)_errorString)(status)) ?? "unknown status";

    private string? SystemText(string symbol)
    {
        var function = _library.Optional(symbol);
        var buffer = stackalloc byte[96];
        return function != 0 && ((delegate* unmanaged[Cdecl]<byte*, uint, int>)function)(buffer, 96) == NvmlStatus.Success
            ? Marshal.PtrToStringUTF8((nint)buffer)
            : null;
    }

    private void Check(int status, string call, string? detail = null)
    {
        if (status != NvmlStatus.Success)
            throw new CudaCallException(call, status, ErrorText(status), Identity, NvmlStatus.Meaning(status), detail);
    }
}
