using System.Globalization;
using SparseProf.Ops;
using SparseProf.Profiler.Devices.Cuda;
using SparseProf.Profiler.Kernels;
using SparseProf.Profiler.Kernels.Cuda;
using SparseProf.Profiler.Kernels.Cuda.Experts;
using SparseProf.Profiler.Models;
using SparseProf.Store.Rows;

namespace SparseProf.Profiler.Workers;

/// <summary>Prepares jobs on one GPU: a kernel with its operands, or a model in one of its executions.</summary>
/// <param name="announce">Hears which kind of candidate a search tries next; null when it is over.</param>
internal sealed class GpuWorkbench(CudaDevice device, Action<string?> announce) : IDisposable
{
    private readonly CudaModels _models = new(device, announce);

    /// <exception cref="NotSupportedException">No kernel for the job, or a model whose result is wrong.</exception>
    public GpuCase Prepare(GpuJob job) => job.Workload is null ? PrepareKernel(job) : _models.Prepare(job);

    public void Dispose() => _models.Dispose();

    private GpuCase PrepareKernel(GpuJob job)
    {
        var op = job.ToOp();
        var kernel = GpuKernels.Create(device, job.Kernel);
        if (kernel.Misfit(op) is { } misfit)
            throw new NotSupportedException(misfit);
        var peak = device.Invoke(() => new DeviceMemoryPeak(device.Context.Driver));
        var prepared = kernel.Prepare(op, new KernelData(job.Seed, Rotation.Copies(op, job.Mode, device)) { Zeros = job.Data == "zeros", Trials = job.Trials(announce) });
        try
        {
            var correctness = prepared.Verify();
            var measured = CaseOf(job, op, kernel, prepared, correctness);
            return new GpuCase(device, measured, prepared, (prepared as CudaGemm)?.Choice.WorkspaceBytes, device.Invoke(() => peak.Value), prepared.Dispose);
        }
        catch
        {
            prepared.Dispose();
            throw;
        }
    }

    // What a kernel found by search is stored as its algorithm, with the names of what it launches. Zeros verify nothing.
    private MeasurementCase CaseOf(GpuJob job, Op op, IKernel kernel, IPreparedKernel prepared, Correctness correctness)
    {
        var algorithm = prepared switch
        {
            CudaGemm gemm => gemm.Choice.ToString(),
            ExpertLayer layer => layer.Algorithm,
            _ => kernel.Algorithm,
        };
        return MeasurementCase.For(op, kernel.Name, job.Mode, ExecutionOf(job, kernel), verified: correctness.Passed && job.Data == "normal") with
        {
            Library = kernel.Library,
            Algorithm = algorithm + (job.Without.Length > 0 ? $" left_out={job.Without}" : "") + (Launched(prepared) is { Length: > 0 } launched ? $" launches={launched}" : ""),
            Regime = job.Regime,
            Data = job.Data,
            Seed = job.Seed,
            WeightBytes = prepared.WeightBytes.Value,
            MaxRelError = correctness.MaxRelativeError,
            Tolerance = correctness.Tolerance,
        };
    }

    // A mixture skips the experts that a token was not sent to, and pays for the sending.
    private static Execution ExecutionOf(GpuJob job, IKernel kernel) =>
        job.Pattern == "dense" && job.Experts <= 1 ? Execution.Dense : kernel is CublasLtKernel ? Execution.Masked : Execution.Sparse;

    /// <summary>Kernel names with grid, as a captured call shows them: which tile a library chose, without a profiler.</summary>
    private string Launched(IPreparedKernel prepared) => string.Join(
        '+', device.KernelsOf(prepared).Take(6).Select(kernel => string.Create(CultureInfo.InvariantCulture, $"{kernel.Name}[{kernel.GridX}x{kernel.GridY}x{kernel.GridZ}]")));
}
