namespace SparseProf.Profiler.Devices.Cuda.Native;

/// <summary>A native library as it was loaded: stored with every measurement and named in every error.</summary>
public sealed record LibraryIdentity(string Name, string Version, string Path)
{
    public override string ToString() => Version.Length > 0 ? $"{Name} {Version} ({Path})" : $"{Name} ({Path})";
}
