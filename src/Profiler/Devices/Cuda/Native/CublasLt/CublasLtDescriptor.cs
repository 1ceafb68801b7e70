namespace SparseProf.Profiler.Devices.Cuda.Native.CublasLt;

/// <summary>The four functions that each kind of cuBLASLt descriptor has.</summary>
internal sealed class DescriptorFunctions(string prefix, NativeLibraryFile library)
{
    public readonly string Prefix = prefix;
    public readonly nint Create = library.Require(prefix + "Create");
    public readonly nint Destroy = library.Require(prefix + "Destroy");
    public readonly nint Set = library.Require(prefix + "SetAttribute");
    public readonly nint Get = library.Require(prefix + "GetAttribute");
}

/// <summary>A descriptor that the library allocated, with its attributes.</summary>
internal sealed unsafe class CublasLtDescriptor<TAttribute>(CublasLtLibrary library, DescriptorFunctions functions, nint handle) : IDisposable
    where TAttribute : struct, Enum
{
    public nint Handle { get; private set; } = handle;

    /// <summary>The size of <typeparamref name="T"/> must be the attribute's own; another one is refused with INVALID_VALUE.</summary>
    public void Set<T>(TAttribute attribute, T value)
        where T : unmanaged =>
        library.Check(
            ((delegate* unmanaged[Cdecl]<nint, int, void*, nuint, int>)functions.Set)(Handle, Number(attribute), &value, (nuint)sizeof(T)),
            functions.Prefix + "SetAttribute",
            attribute.ToString());

    public T Get<T>(TAttribute attribute)
        where T : unmanaged
    {
        T value;
        nuint written;
        library.Check(
            ((delegate* unmanaged[Cdecl]<nint, int, void*, nuint, nuint*, int>)functions.Get)(Handle, Number(attribute), &value, (nuint)sizeof(T), &written),
            functions.Prefix + "GetAttribute",
            attribute.ToString());
        return value;
    }

    public void Dispose()
    {
        if (Handle == 0)
            return;
        ((delegate* unmanaged[Cdecl]<nint, int>)functions.Destroy)(Handle);
        Handle = 0;
    }

    private static int Number(TAttribute attribute) => Convert.ToInt32(attribute);
}
