using System.Runtime.InteropServices;
using System.Text;

namespace SparseProf.Profiler.Devices.Cuda.Native.Nvrtc;

/// <summary>NVIDIA's run-time compiler. Its builtins library must have been loaded before, or every compilation answers 7.</summary>
internal sealed unsafe class NvrtcCompiler
{
    private readonly nint _errorString;
    private readonly nint _create;
    private readonly nint _destroy;
    private readonly nint _compile;
    private readonly nint _cubinSize;
    private readonly nint _cubin;
    private readonly nint _logSize;
    private readonly nint _log;
    private readonly nint _archCount;
    private readonly nint _archs;

    public NvrtcCompiler(NativeLibraryFile library)
    {
        _errorString = library.Require("nvrtcGetErrorString");
        _create = library.Require("nvrtcCreateProgram");
        _destroy = library.Require("nvrtcDestroyProgram");
        _compile = library.Require("nvrtcCompileProgram");
        _cubinSize = library.Require("nvrtcGetCUBINSize");
        _cubin = library.Require("nvrtcGetCUBIN");
        _logSize = library.Require("nvrtcGetProgramLogSize");
        _log = library.Require("nvrtcGetProgramLog");
        _archCount = library.Require("nvrtcGetNumSupportedArchs");
        _archs = library.Require("nvrtcGetSupportedArchs");
        int major;
        int minor;
        ((delegate* unmanaged[Cdecl]<int*, int*, int>)library.Require("nvrtcVersion"))(&major, &minor);
        Identity = new LibraryIdentity(library.Name, $"{major}.{minor}", library.Path);
    }

    public LibraryIdentity Identity { get; }

    /// <summary>Compute capabilities that can be compiled for, times ten: 80, 89, 90…</summary>
    public IReadOnlyList<int> Architectures()
    {
        int count;
        Check(((delegate* unmanaged[Cdecl]<int*, int>)_archCount)(&count), "nvrtcGetNumSupportedArchs");
        var archs = new int[count];
        fixed (int* pointer = archs)
            Check(((delegate* unmanaged[Cdecl]<int*, int>)_archs)(pointer), "nvrtcGetSupportedArchs");
        return archs;
    }

    /// <summary>Compiles to machine code of one architecture, so that nothing is left to the driver's compiler.</summary>
    /// <param name="architecture">Compute capability without the dot: 80, 90.</param>
    public CompiledKernels Compile(string source, string name, int architecture, params string[] options)
    {
        nint program = 0;
        fixed (byte* code = Terminated(source), label = Terminated(name))
            Check(((delegate* unmanaged[Cdecl]<nint*, byte*, byte*, int, byte**, byte**, int>)_create)(&program, code, label, 0, null, null), "nvrtcCreateProgram");
        try
        {
            var status = Run(program, [$"--gpu-architecture=sm_{architecture}", .. options]);
            var log = Log(program);
            if (status != 0)
                throw Failure("nvrtcCompileProgram", status, $"{name} for sm_{architecture}: {log}");
            nuint size;
            Check(((delegate* unmanaged[Cdecl]<nint, nuint*, int>)_cubinSize)(program, &size), "nvrtcGetCUBINSize");
            var image = new byte[size];
            fixed (byte* bytes = image)
                Check(((delegate* unmanaged[Cdecl]<nint, byte*, int>)_cubin)(program, bytes), "nvrtcGetCUBIN");
            return new CompiledKernels(image, log);
        }
        finally
        {
            ((delegate* unmanaged[Cdecl]<nint*, int>)_destroy)(&program);
        }
    }

    private int Run(nint program, string[] options)
    {
        var texts = stackalloc byte*[options.Length];
        try
        {
            for (var i = 0; i < options.Length; i++)
                texts[i] = (byte*)Marshal.StringToCoTaskMemUTF8(options[i]);
            return ((delegate* unmanaged[Cdecl]<nint, int, byte**, int>)_compile)(program, options.Length, texts);
        }
        finally
        {
            for (var i = 0; i < options.Length; i++)
                Marshal.FreeCoTaskMem((nint)texts[i]);
        }
    }

    private string Log(nint program)
    {
        nuint size;
        Check(((delegate* unmanaged[Cdecl]<nint, nuint*, int>)_logSize)(program, &size), "nvrtcGetProgramLogSize");
        if (size <= 1)
            return "";
        var bytes = new byte[size];
        fixed (byte* pointer = bytes)
            Check(((delegate* unmanaged[Cdecl]<nint, byte*, int>)_log)(program, pointer), "nvrtcGetProgramLog");
        return Encoding.UTF8.GetString(bytes).TrimEnd('\0', '\n');
    }

    private void Check(int status, string call)
    {
        if (status != 0)
            throw Failure(call, status, null);
    }

    private CudaCallException Failure(string call, int status, string? detail)
    {
        var name = Marshal.PtrToStringUTF8((nint)((delegate* unmanaged[Cdecl]<int, byte*>)_errorString)(status)) ?? "unknown status";
        return new CudaCallException(call, status, name, Identity, status == 1 ? CudaFailure.OutOfMemory : CudaFailure.Other, detail);
    }

    private static byte[] Terminated(string text) => Encoding.UTF8.GetBytes(text + '\0');
}

/// <param name="Image">A CUBIN.</param>
/// <param name="Log">The compiler's warnings; empty for a clean compilation.</param>
internal sealed record CompiledKernels(byte[] Image, string Log);
