using SparseProf.Profiler.Devices.Cuda.Native;
using SparseProf.Profiler.Devices.Cuda.Native.Driver;

namespace SparseProf.Profiler.Devices.Cuda;

/// <summary>Calls captured in one CUDA graph, rotating over the copies of the inputs.</summary>
internal sealed class CallGraph : IDisposable
{
    private readonly CudaContext _context;
    private readonly nint _executable;

    private CallGraph(CudaContext context, nint executable, int calls, IReadOnlyList<CapturedKernel> kernels)
    {
        _context = context;
        _executable = executable;
        Calls = calls;
        Kernels = kernels;
    }

    public int Calls { get; }

    /// <summary>Which kernels the library launches for the calls.</summary>
    public IReadOnlyList<CapturedKernel> Kernels { get; }

    /// <summary>The calls must have run once before: a first call may allocate or load, which a capture cannot hold.</summary>
    /// <exception cref="CudaCallException">The library cannot be captured.</exception>
    public static CallGraph Capture(CudaContext context, ITimedWork work, int calls, int firstCopy)
    {
        var driver = context.Driver;
        driver.BeginCapture(context.Stream);
        nint graph;
        try
        {
            for (var call = 0; call < calls; call++)
                work.Run((firstCopy + call) % work.Copies);
            graph = driver.EndCapture(context.Stream);
        }
        catch
        {
            driver.AbandonCapture(context.Stream);
            throw;
        }

        try
        {
            var executable = driver.Instantiate(graph);
            driver.Upload(executable, context.Stream);
            return new CallGraph(context, executable, calls, Describe(driver, graph));
        }
        finally
        {
            driver.DestroyGraph(graph);
        }
    }

    public void Launch() => _context.Driver.Launch(_executable, _context.Stream);

    public void Dispose() => _context.Driver.DestroyExecutable(_executable);

    // Kernel names are evidence and not needed for timing: a driver that refuses them must not fail the measurement.
    private static IReadOnlyList<CapturedKernel> Describe(CudaDriver driver, nint graph)
    {
        try
        {
            return driver.Kernels(graph);
        }
        catch (CudaCallException error) when (error.Failure != CudaFailure.Sticky)
        {
            return [];
        }
    }
}
