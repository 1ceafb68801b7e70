using System.Text.Json;
using SparseProf.Ops.Errors;

namespace SparseProf.CostModel.Hardware;

/// <summary>A country's electricity.</summary>
/// <param name="GramsPerKilowattHour">gCO2e/kWh, a year's mean; the hour that a job runs in may be far off.</param>
public sealed record Region(string Name, double GramsPerKilowattHour, string Confidence, IReadOnlyList<string> Sources);

/// <summary>Power usage effectiveness: energy of a site over energy of its computers.</summary>
public sealed record Pue(double Value, string Site)
{
    /// <summary>What the industry reached on average; large clouds say 1.1.</summary>
    public static Pue Default => Regions.Pues.First(pue => pue.Site == "Industry average 2023");
}

/// <summary>Grid carbon and PUE from <c>hwprofiles/regions.json</c>.</summary>
public static class Regions
{
    private static readonly Lazy<(IReadOnlyList<Region> All, IReadOnlyList<Pue> Pues)> Table = new(Read);

    public static IReadOnlyList<Region> All => Table.Value.All;

    public static IReadOnlyList<Pue> Pues => Table.Value.Pues;

    /// <exception cref="UserErrorException">No such region; suggests the nearest.</exception>
    public static Region Find(string name) =>
        All.FirstOrDefault(region => string.Equals(region.Name, name, StringComparison.OrdinalIgnoreCase))
        ?? throw Suggestion.UnknownName("region", name, [.. All.Select(region => region.Name)], "--region");

    private static (IReadOnlyList<Region> All, IReadOnlyList<Pue> Pues) Read()
    {
        using var document = JsonDocument.Parse(ProfileCatalog.Text("regions.json"));
        var root = document.RootElement;
        return (
            [.. root.GetProperty("regions").EnumerateArray().Select(region => new Region(
                region.GetProperty("region").GetString()!, region.GetProperty("grid_gco2e_per_kwh").GetDouble(), region.GetProperty("confidence").GetString()!,
                [.. region.GetProperty("sources").EnumerateArray().Select(source => source.GetString()!)]))],
            [.. root.GetProperty("pue").EnumerateArray().Select(pue => new Pue(pue.GetProperty("pue").GetDouble(), pue.GetProperty("site").GetString()!))]);
    }
}
