namespace SparseProf.Profiler.Devices.Cuda.Native.Driver;

/// <summary>Streams and events.</summary>
internal sealed unsafe partial class CudaDriver
{
    /// <summary>A stream that does not wait for the legacy default stream.</summary>
    public nint CreateStream()
    {
        nint stream;
        Check(((delegate* unmanaged[Cdecl]<nint*, uint, int>)Streams.Create)(&stream, StreamFlags.NonBlocking), "cuStreamCreate");
        return stream;
    }

    public void DestroyStream(nint stream) => Check(((delegate* unmanaged[Cdecl]<nint, int>)Streams.Destroy)(stream), "cuStreamDestroy_v2");

    public void Synchronize(nint stream) => Check(((delegate* unmanaged[Cdecl]<nint, int>)Streams.Synchronize)(stream), "cuStreamSynchronize");

    public nint CreateEvent()
    {
        nint created;
        Check(((delegate* unmanaged[Cdecl]<nint*, uint, int>)Streams.EventCreate)(&created, 0), "cuEventCreate");
        return created;
    }

    public void DestroyEvent(nint timed) => Check(((delegate* unmanaged[Cdecl]<nint, int>)Streams.EventDestroy)(timed), "cuEventDestroy_v2");

    public void Record(nint timed, nint stream) => Check(((delegate* unmanaged[Cdecl]<nint, nint, int>)Streams.EventRecord)(timed, stream), "cuEventRecord");

    /// <summary>Seconds between two passed events; the resolution is about 0.5 µs.</summary>
    public double ElapsedSeconds(nint start, nint end)
    {
        float milliseconds;
        Check(((delegate* unmanaged[Cdecl]<float*, nint, nint, int>)Streams.EventElapsed)(&milliseconds, start, end), "cuEventElapsedTime");
        return milliseconds * 1e-3;
    }

    private sealed class StreamCalls(NativeLibraryFile library)
    {
        public readonly nint Create = library.Require("cuStreamCreate");
        public readonly nint Destroy = library.Require("cuStreamDestroy_v2");
        public readonly nint Synchronize = library.Require("cuStreamSynchronize");
        public readonly nint EventCreate = library.Require("cuEventCreate");
        public readonly nint EventDestroy = library.Require("cuEventDestroy_v2");
        public readonly nint EventRecord = library.Require("cuEventRecord");
        public readonly nint EventElapsed = library.Require("cuEventElapsedTime_v2", "cuEventElapsedTime");
    }
}
