using System.Text.Json;
using SparseProf.Reports.Document;
using SparseProf.Reports.Evidence;

namespace SparseProf.Reports.Sections;

/// <summary>Devices, versions and settings that everything below was observed with.</summary>
internal static class ComparedSection
{
    private const string Id = "compared";
    private const string Title = "What was compared";

    public static Section Build(ReportEvidence evidence)
    {
        if (evidence.Devices.Count == 0)
            return Section.Without(Id, Title, "No run with completed measurements was chosen.");
        var blocks = new List<Block> { new Block.TableBlock(Devices(evidence)), new Block.TableBlock(Runs(evidence)) };
        if (evidence.Devices.Any(device => device.Libraries.Count > 0))
            blocks.Add(new Block.TableBlock(Libraries(evidence)));
        blocks.Add(new Block.Paragraph("Of a case that was measured more than once on a device, the newest measurement counts. Host names are not stored; a host is known by a hash."));
        return new(Id, Title, blocks);
    }

    private static Table Devices(ReportEvidence evidence) => new(
        "devices", "Devices",
        [Column.Text("device", "device"), Column.Text("kind", "kind"), Column.Text("architecture", "architecture"), new("units", "units"), new("memory_bytes", "memory", Quantity.Memory), new("cache_bytes", "last-level cache", Quantity.Memory), Column.Text("driver", "driver"), Column.Text("system", "system")],
        [.. evidence.Devices.Select(device => new Cell[] { device.Run.DeviceName, device.Run.DeviceKind, device.Run.DeviceArchitecture, device.Run.DeviceUnits, device.Run.DeviceMemoryBytes, device.Run.DeviceCacheBytes, device.Run.DeviceDriver, device.Run.HostSystem })]);

    private static Table Runs(ReportEvidence evidence) => new(
        "runs", "Runs",
        [new("run", "run"), Column.Text("device", "device"), Column.Text("started_utc", "started (UTC)"), new("duration_s", "duration", Quantity.Time), Column.Text("outcome", "outcome"), Column.Text("program", "program"), Column.Text("clocks", "clocks"), Column.Text("settings", "settings")],
        [
            .. evidence.Devices.SelectMany(device => device.Runs).OrderBy(run => run.Id).Select(run => new Cell[]
            {
                run.Id, run.DeviceName, run.StartedUtc.UtcDateTime.ToString("yyyy-MM-dd HH:mm"), run.EndedUtc is { } ended ? (ended - run.StartedUtc).TotalSeconds : Cell.Empty, run.Outcome ?? "not ended",
                $"{run.ProgramVersion}{(run.GitCommit is { Length: > 7 } commit ? $" ({commit[..7]})" : "")}", run.ClocksPolicy, Settings(run.SettingsJson),
            }),
        ]);

    private static Table Libraries(ReportEvidence evidence) => new(
        "libraries", "Libraries as they were loaded",
        [Column.Text("device", "device"), Column.Text("library", "library"), Column.Text("version", "version")],
        [.. evidence.Devices.SelectMany(device => device.Libraries.Select(library => new Cell[] { device.Run.DeviceName, library.Name, library.Version }))]);

    private static string Settings(string json)
    {
        using var document = JsonDocument.Parse(json);
        return string.Join(", ", document.RootElement.EnumerateObject().Where(setting => setting.Value.ValueKind is not (JsonValueKind.Null or JsonValueKind.False)).Select(setting => $"{setting.Name} {setting.Value}"));
    }
}
