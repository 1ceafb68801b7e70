using SparseProf.Ops.Units;
using SparseProf.Profiler.Devices;
using SparseProf.Profiler.Devices.Cuda;
using SparseProf.Store.Rows;

namespace SparseProf.Profiler.Workers;

/// <summary>A job that was searched and verified, ready to be timed.</summary>
/// <param name="peak">The most device memory that searching, verifying and a first run took; null where libtorch served it from its cache of earlier models.</param>
internal sealed class GpuCase(CudaDevice device, MeasurementCase measured, ITimedWork work, double? workspaceBytes, Bytes? peak, Action release) : IDisposable
{
    public MeasurementCase Case => measured;

    public ITimedWork Work => work;

    public double? WorkspaceBytes => workspaceBytes;

    public Bytes? Peak => peak;

    public void Dispose()
    {
        device.Forget(work);
        release();
    }
}
