using SparseProf.Profiler.Devices.Cpu;

namespace SparseProf.Profiler.Tests.Devices;

/// <summary>A tree of planted /proc and /sys files.</summary>
internal sealed class PlantedHost : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("sparseprof-host-").FullName;

    public PlantedHost() => Files = new HostFiles(_root);

    public HostFiles Files { get; }

    public PlantedHost With(string path, string content)
    {
        var full = Files.PathOf(path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, content + "\n");
        return this;
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);
}
