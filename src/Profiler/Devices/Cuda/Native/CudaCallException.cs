using SparseProf.Ops.Errors;

namespace SparseProf.Profiler.Devices.Cuda.Native;

/// <summary>A call into a CUDA library that did not answer success; the message names the call, the status and the library.</summary>
public sealed class CudaCallException(string call, int status, string statusName, LibraryIdentity library, CudaFailure failure, string? detail = null)
    : UserErrorException(
        failure is CudaFailure.NoDevice ? ErrorKind.Missing : ErrorKind.Failed,
        $"{call} answered {statusName} ({status}), {library}{(detail is null ? "" : ": " + detail)}")
{
    public string Call { get; } = call;

    public int Status { get; } = status;

    public string StatusName { get; } = statusName;

    public LibraryIdentity Library { get; } = library;

    public CudaFailure Failure { get; } = failure;
}

/// <summary>What a failed call means for the run.</summary>
public enum CudaFailure
{
    Other,

    /// <summary>No GPU, no driver, or a driver that does not fit.</summary>
    NoDevice,

    /// <summary>The library refuses this shape, type or architecture: a fact about the library, to be stored.</summary>
    NotSupported,

    /// <summary>This case does not fit; smaller ones may.</summary>
    OutOfMemory,

    /// <summary>The context is broken and every later call fails: the process must end.</summary>
    Sticky,
}
