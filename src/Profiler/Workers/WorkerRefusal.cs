using SparseProf.Ops.Errors;
using SparseProf.Profiler.Devices.Cuda.Native;
using SparseProf.Torch;

namespace SparseProf.Profiler.Workers;

/// <summary>What a worker answers where a job fails in a way that is known: the status under which it is stored, and why.</summary>
internal static class WorkerRefusal
{
    /// <summary>Null where the failure is a defect of this program.</summary>
    public static WorkerEvent? Of(Exception error) => error switch
    {
        CudaCallException call => Refused(
            call.Failure switch
            {
                CudaFailure.NotSupported => "unsupported",
                CudaFailure.OutOfMemory => "out_of_memory",
                CudaFailure.Sticky => "crash",
                _ => "failed",
            }, call) with
        { Fatal = call.Failure is CudaFailure.Sticky or CudaFailure.NoDevice },
        NotSupportedException or TorchMissingException => Refused("unsupported", error),
        TorchException => Refused(error.Message.Contains("out of memory", StringComparison.OrdinalIgnoreCase) ? "out_of_memory" : "failed", error),
        OutOfMemoryException => Refused("out_of_memory", error),
        UserErrorException or OverflowException => Refused("failed", error),
        _ => null,
    };

    private static WorkerEvent Refused(string status, Exception error) =>
        new() { Kind = "refused", Status = status, Message = error.Message.ReplaceLineEndings(" ") };
}
