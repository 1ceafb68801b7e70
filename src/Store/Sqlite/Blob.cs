using System.Runtime.InteropServices;

namespace SparseProf.Store.Sqlite;

/// <summary>Columns of numbers as little-endian bytes, and back.</summary>
internal static class Blob
{
    public static byte[]? Of<T>(T[]? values)
        where T : unmanaged => values is null ? null : MemoryMarshal.AsBytes<T>(values).ToArray();

    public static T[] To<T>(byte[] bytes)
        where T : unmanaged => MemoryMarshal.Cast<byte, T>(bytes).ToArray();
}
