using System.Runtime.InteropServices;
using SparseProf.Ops.Errors;

namespace SparseProf.Profiler.Devices.Cuda.Native;

/// <summary>One loaded shared library. Symbols are looked up by name, because they appear and disappear between versions.</summary>
internal sealed class NativeLibraryFile
{
    private readonly nint _handle;

    private NativeLibraryFile(string name, string path, nint handle)
    {
        Name = name;
        Path = path;
        _handle = handle;
    }

    /// <summary>The product's name: cuBLASLt, NVML…</summary>
    public string Name { get; }

    public string Path { get; }

    /// <exception cref="UserErrorException">The file is there and cannot be loaded; the loader's own words are in the message.</exception>
    public static NativeLibraryFile Load(string name, string path)
    {
        try
        {
            return new NativeLibraryFile(name, path, NativeLibrary.Load(path));
        }
        catch (Exception error) when (error is DllNotFoundException or BadImageFormatException)
        {
            throw new UserErrorException(ErrorKind.Missing, $"{name} at {path} cannot be loaded: {error.Message.ReplaceLineEndings(" ")}", error)
            {
                Next = "install the library again for this CUDA version, or name a folder with working ones in SPARSEPROF_LIB_DIR",
            };
        }
    }

    /// <summary>The address of the first of these symbols that exists, newest first; 0 where none does: test before calling.</summary>
    public nint Optional(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (NativeLibrary.TryGetExport(_handle, name, out var address))
                return address;
        }

        return 0;
    }

    /// <exception cref="UserErrorException">The library has none of these symbols: it is older or newer than what SparseProf knows.</exception>
    public nint Require(params ReadOnlySpan<string> names)
    {
        var address = Optional(names);
        return address != 0
            ? address
            : throw new UserErrorException(ErrorKind.Missing, $"{Name} at {Path} does not export {string.Join(" or ", names.ToArray())}")
            {
                Next = "install the library's CUDA 12 or 13 version",
            };
    }
}
