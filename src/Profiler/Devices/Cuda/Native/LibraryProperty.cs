namespace SparseProf.Profiler.Devices.Cuda.Native;

/// <summary>xxxGetProperty(0 | 1 | 2): the version of a library, without a handle and without a GPU.</summary>
internal static unsafe class LibraryProperty
{
    public static Version Version(NativeLibraryFile library, string symbol)
    {
        var get = (delegate* unmanaged[Cdecl]<int, int*, int>)library.Require(symbol);
        var parts = stackalloc int[3];
        for (var i = 0; i < 3; i++)
            get(i, parts + i);
        return new Version(parts[0], parts[1], parts[2]);
    }
}
