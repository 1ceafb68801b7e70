using SparseProf.Profiler.Devices;
using SparseProf.Profiler.Devices.Cuda;
using SparseProf.Store.Rows;

namespace SparseProf.Profiler.Workers;

/// <summary>A job that was searched and verified, ready to be timed.</summary>
internal sealed class GpuCase(CudaDevice device, MeasurementCase measured, ITimedWork work, double? workspaceBytes, Action release) : IDisposable
{
    public MeasurementCase Case => measured;

    public ITimedWork Work => work;

    public double? WorkspaceBytes => workspaceBytes;

    public void Dispose()
    {
        device.Forget(work);
        release();
    }
}
