using System.Diagnostics;
using SparseProf.Ops.Units;
using SparseProf.Profiler.Devices.Cpu;

namespace SparseProf.Profiler.Power;

/// <summary>
/// Energy of the processor packages and their memory by RAPL counters (/sys/class/powercap). The counters wrap round,
/// after about 20 minutes at 200 W: one wrap in a window is corrected, so keep windows shorter than that.
/// </summary>
public sealed class RaplPower : IPowerSource
{
    private const string Root = "/sys/class/powercap";
    private readonly HostFiles _files;
    private readonly IReadOnlyList<Zone> _zones;

    private RaplPower(HostFiles files, IReadOnlyList<Zone> zones, string? missingBecause)
    {
        _files = files;
        _zones = zones;
        MissingBecause = missingBecause;
    }

    public string Name => _zones.Count == 0 ? "rapl" : "rapl " + string.Join("+", _zones.Select(zone => zone.Name));

    public string? MissingBecause { get; }

    public Seconds ShortestWindow => new(2);

    public static RaplPower Find(HostFiles files)
    {
        var zones = new List<Zone>();
        foreach (var folder in files.Folders(Root, "intel-rapl:"))
        {
            // Packages, and the memory controllers below them; psys would count both twice.
            if (files.Read(folder + "/name") is { } name && (name.StartsWith("package", StringComparison.Ordinal) || name == "dram"))
                zones.Add(new Zone(name == "dram" ? $"dram-{folder.Split(':')[1]}" : name, folder + "/energy_uj", files.ReadNumber(folder + "/max_energy_range_uj") ?? double.NaN));
        }

        if (zones.Count == 0)
            return new(files, [], $"no RAPL counters under {Root}: a virtual machine, a processor without them, or the module intel_rapl_common is not loaded");
        return zones.Find(zone => files.ReadNumber(zone.Counter) is null) is { } closed
            ? new(files, [], $"{closed.Counter} is not readable: run as root, or 'sudo chmod a+r {Root}/*/energy_uj'")
            : new(files, zones, null);
    }

    public IEnergyWindow Begin() => MissingBecause is { } because ? new NoPower(because).Begin() : new RaplWindow(this);

    private double?[] Read() => [.. _zones.Select(zone => _files.ReadNumber(zone.Counter))];

    private sealed record Zone(string Name, string Counter, double Range);

    private sealed class RaplWindow(RaplPower source) : IEnergyWindow
    {
        private readonly long _begun = Stopwatch.GetTimestamp();
        private readonly double?[] _before = source.Read();

        public EnergyReading End()
        {
            var after = source.Read();
            var window = new Seconds(Stopwatch.GetElapsedTime(_begun).TotalSeconds);
            if (window < source.ShortestWindow)
                return EnergyReading.Missing(window, $"the window of {window} is shorter than {source.ShortestWindow}");
            var total = 0.0;
            for (var i = 0; i < after.Length; i++)
            {
                if (after[i] is not { } end || _before[i] is not { } start)
                    return EnergyReading.Missing(window, $"{source._zones[i].Counter} could not be read during the window");
                var microjoules = end - start;
                if (microjoules < 0)
                    microjoules += source._zones[i].Range;
                if (double.IsNaN(microjoules))
                    return EnergyReading.Missing(window, $"{source._zones[i].Counter} wrapped round and does not tell its range");
                total += microjoules;
            }

            return new EnergyReading(new(total / 1e6), window, null, [], []);
        }

        public void Dispose()
        {
        }
    }
}
