using System.Runtime.InteropServices;

namespace SparseProf.Profiler.Devices.Cuda.Native.Driver;

/// <summary>Capturing a stream into a graph, replaying it, and asking which kernels it holds.</summary>
internal sealed unsafe partial class CudaDriver
{
    public void BeginCapture(nint stream) =>
        Check(((delegate* unmanaged[Cdecl]<nint, int, int>)Graphs.BeginCapture)(stream, CaptureMode.Relaxed), "cuStreamBeginCapture_v2");

    public nint EndCapture(nint stream)
    {
        nint graph;
        Check(((delegate* unmanaged[Cdecl]<nint, nint*, int>)Graphs.EndCapture)(stream, &graph), "cuStreamEndCapture");
        return graph;
    }

    /// <summary>Ends a capture that failed half-way; the stream is usable again and what was captured is dropped.</summary>
    public void AbandonCapture(nint stream)
    {
        nint graph = 0;
        var status = ((delegate* unmanaged[Cdecl]<nint, nint*, int>)Graphs.EndCapture)(stream, &graph);
        if (status == DriverStatus.Success && graph != 0)
            DestroyGraph(graph);
    }

    public nint Instantiate(nint graph)
    {
        nint executable;
        Check(((delegate* unmanaged[Cdecl]<nint*, nint, ulong, int>)Graphs.Instantiate)(&executable, graph, 0), "cuGraphInstantiateWithFlags");
        return executable;
    }

    public void Upload(nint executable, nint stream) =>
        Check(((delegate* unmanaged[Cdecl]<nint, nint, int>)Graphs.Upload)(executable, stream), "cuGraphUpload");

    public void Launch(nint executable, nint stream) =>
        Check(((delegate* unmanaged[Cdecl]<nint, nint, int>)Graphs.Launch)(executable, stream), "cuGraphLaunch");

    public void DestroyExecutable(nint executable) =>
        Check(((delegate* unmanaged[Cdecl]<nint, int>)Graphs.DestroyExecutable)(executable), "cuGraphExecDestroy");

    public void DestroyGraph(nint graph) => Check(((delegate* unmanaged[Cdecl]<nint, int>)Graphs.Destroy)(graph), "cuGraphDestroy");

    /// <summary>Name, grid and block of each kernel that a library put into the graph: which tile it chose, without a profiler.</summary>
    public IReadOnlyList<CapturedKernel> Kernels(nint graph)
    {
        nuint count = 0;
        Check(((delegate* unmanaged[Cdecl]<nint, nint*, nuint*, int>)Graphs.Nodes)(graph, null, &count), "cuGraphGetNodes");
        var nodes = new nint[count];
        fixed (nint* pointer = nodes)
            Check(((delegate* unmanaged[Cdecl]<nint, nint*, nuint*, int>)Graphs.Nodes)(graph, pointer, &count), "cuGraphGetNodes");
        return [.. nodes.Where(IsKernel).Select(Describe)];
    }

    private bool IsKernel(nint node)
    {
        int kind;
        Check(((delegate* unmanaged[Cdecl]<nint, int*, int>)Graphs.NodeType)(node, &kind), "cuGraphNodeGetType");
        return kind == GraphNodeKind.Kernel;
    }

    private CapturedKernel Describe(nint node)
    {
        KernelNodeParameters parameters = default;
        Check(((delegate* unmanaged[Cdecl]<nint, KernelNodeParameters*, int>)Graphs.KernelParameters)(node, &parameters), "cuGraphKernelNodeGetParams_v2");
        return new CapturedKernel(
            FunctionName(parameters),
            parameters.GridX, parameters.GridY, parameters.GridZ,
            parameters.BlockX, parameters.BlockY, parameters.BlockZ,
            parameters.SharedBytes);
    }

    // Kernels loaded through libraries have no function handle but a kernel handle.
    private string FunctionName(KernelNodeParameters parameters)
    {
        byte* name = null;
        var (call, handle) = parameters.Function != 0 ? (Graphs.FunctionName, parameters.Function) : (Graphs.KernelName, parameters.Kernel);
        return call != 0 && handle != 0 && ((delegate* unmanaged[Cdecl]<byte**, nint, int>)call)(&name, handle) == DriverStatus.Success && name is not null
            ? Marshal.PtrToStringUTF8((nint)name)!
            : "unnamed";
    }

    private sealed class GraphCalls(NativeLibraryFile library)
    {
        public readonly nint BeginCapture = library.Require("cuStreamBeginCapture_v2");
        public readonly nint EndCapture = library.Require("cuStreamEndCapture");
        public readonly nint Instantiate = library.Require("cuGraphInstantiateWithFlags");
        public readonly nint Upload = library.Require("cuGraphUpload");
        public readonly nint Launch = library.Require("cuGraphLaunch");
        public readonly nint DestroyExecutable = library.Require("cuGraphExecDestroy");
        public readonly nint Destroy = library.Require("cuGraphDestroy");
        public readonly nint Nodes = library.Require("cuGraphGetNodes");
        public readonly nint NodeType = library.Require("cuGraphNodeGetType");
        public readonly nint KernelParameters = library.Require("cuGraphKernelNodeGetParams_v2");
        public readonly nint FunctionName = library.Optional("cuFuncGetName");
        public readonly nint KernelName = library.Optional("cuKernelGetName");
    }
}

/// <summary>A kernel launch inside a captured graph.</summary>
public sealed record CapturedKernel(string Name, uint GridX, uint GridY, uint GridZ, uint BlockX, uint BlockY, uint BlockZ, uint SharedBytes);
