using System.Reflection;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using SparseProf.Profiler.Devices;
using SparseProf.Store.Rows;
using SparseProf.Torch;

namespace SparseProf.Profiler.Experiment;

/// <summary>Binds what is measured to the machine, the program and the settings that measured it.</summary>
public static class RunDescription
{
    /// <summary>The row that a run starts with.</summary>
    /// <param name="command">The command line as it was given.</param>
    /// <param name="settings">What was chosen or defaulted, by name.</param>
    public static RunRow Of(DeviceIdentity device, string command, object settings)
    {
        var (version, commit) = Program();
        return new RunRow
        {
            StartedUtc = DateTimeOffset.UtcNow,
            Command = command,
            ProgramVersion = version,
            GitCommit = commit,
            HostKey = Hash(Environment.MachineName),
            HostSystem = RuntimeInformation.OSDescription,
            DeviceKind = device.Kind,
            DeviceIndex = device.Index,
            DeviceName = device.Name,
            DeviceKey = device.Key,
            DeviceDriver = device.Driver,
            DeviceArchitecture = device.Architecture,
            DeviceUnits = device.Units,
            DeviceMemoryBytes = device.Memory.Value,
            DeviceCacheBytes = device.LastLevelCache.Value,
            DeviceMaxClockHz = device.MaxClock?.Value,
            DeviceFactsJson = JsonSerializer.Serialize(device.Facts),
            SettingsJson = JsonSerializer.Serialize(settings),
        };
    }

    /// <summary>The libraries that run models and the dense kernels of the CPU.</summary>
    public static IReadOnlyList<LibraryRow> Libraries() =>
    [
        new LibraryRow { Name = "libtorch", Version = TorchLibrary.Loaded.Version, Path = TorchLibrary.Loaded.Path },
        new LibraryRow { Name = ".NET", Version = RuntimeInformation.FrameworkDescription },
    ];

    // The SDK writes version+commit.
    private static (string Version, string? Commit) Program()
    {
        var text = typeof(RunDescription).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
        return text.Split('+', 2) is [var version, var commit] ? (version, commit) : (text, null);
    }

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 8));
}
