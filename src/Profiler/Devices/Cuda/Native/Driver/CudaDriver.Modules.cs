using System.Text;

namespace SparseProf.Profiler.Devices.Cuda.Native.Driver;

/// <summary>Compiled kernels: loading and launching.</summary>
internal sealed unsafe partial class CudaDriver
{
    /// <param name="image">A CUBIN for this device's architecture.</param>
    public nint LoadModule(byte[] image)
    {
        nint module;
        fixed (byte* bytes = image)
            Check(((delegate* unmanaged[Cdecl]<nint*, byte*, int>)Modules.Load)(&module, bytes), "cuModuleLoadData");
        return module;
    }

    public nint Function(nint module, string name)
    {
        nint function;
        fixed (byte* text = Encoding.UTF8.GetBytes(name + '\0'))
            Check(((delegate* unmanaged[Cdecl]<nint*, nint, byte*, int>)Modules.GetFunction)(&function, module, text), "cuModuleGetFunction", name);
        return function;
    }

    public void UnloadModule(nint module) => Check(((delegate* unmanaged[Cdecl]<nint, int>)Modules.Unload)(module), "cuModuleUnload");

    /// <summary>Launches on a one-dimensional grid; each argument is a 64-bit slot that holds the kernel's parameter in its low bytes.</summary>
    public void LaunchKernel(nint function, uint grid, uint block, nint stream, params ReadOnlySpan<ulong> arguments)
    {
        fixed (ulong* slots = arguments)
        {
            var pointers = stackalloc void*[Math.Max(1, arguments.Length)];
            for (var i = 0; i < arguments.Length; i++)
                pointers[i] = slots + i;
            Check(
                ((delegate* unmanaged[Cdecl]<nint, uint, uint, uint, uint, uint, uint, uint, nint, void**, void**, int>)Modules.Launch)(
                    function, grid, 1, 1, block, 1, 1, 0, stream, pointers, null),
                "cuLaunchKernel");
        }
    }

    private sealed class ModuleCalls(NativeLibraryFile library)
    {
        public readonly nint Load = library.Require("cuModuleLoadData");
        public readonly nint GetFunction = library.Require("cuModuleGetFunction");
        public readonly nint Unload = library.Require("cuModuleUnload");
        public readonly nint Launch = library.Require("cuLaunchKernel");
    }
}
