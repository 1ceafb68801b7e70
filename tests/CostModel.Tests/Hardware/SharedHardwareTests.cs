using System.Text.Json.Nodes;
using SparseProf.CostModel.Hardware;

namespace SparseProf.CostModel.Tests.Hardware;

/// <summary>The profiles that come with the product against the table they were made from.</summary>
public sealed class SharedHardwareTests
{
    private static readonly (string Given, string Key, double Unit)[] Numbers =
    [
        ("sm_or_cu_count", "multiprocessors", 1), ("base_clock_mhz", "base_clock_hz", 1e6), ("boost_clock_mhz", "boost_clock_hz", 1e6),
        ("memory_gb", "memory_bytes", 1e9), ("memory_bandwidth_gbps", "memory_bandwidth_bytes_per_s", 1e9), ("l2_cache_mb", "l2_cache_bytes", 1e6),
        ("l3_cache_mb", "l3_cache_bytes", 1e6), ("interconnect_bidir_gbps", "interconnect_bytes_per_s", 1e9), ("tdp_w", "tdp_w", 1),
        ("idle_power_w", "idle_power_w", 1), ("price_usd_per_hour", "price_usd_per_hour", 1),
    ];

    [Fact]
    public void Profiles_agree_with_the_shared_table_value_for_value()
    {
        var given = JsonNode.Parse(File.ReadAllText(SharedData.PathOrSkip("hardware.json")))!.AsArray();

        Assert.Equal(given.Select(entry => (string)entry!["id"]!).Order(StringComparer.Ordinal), ProfileCatalog.Ids);
        foreach (var entry in given)
        {
            var profile = ProfileCatalog.Load((string)entry!["id"]!);
            Assert.Equal([(string)entry["name"]!, (string)entry["vendor"]!, (string)entry["kind"]!, (string)entry["architecture"]!], [profile.Name, profile.Vendor, profile.Kind, profile.Architecture]);
            foreach (var (name, key, unit) in Numbers)
                Same(profile.Id, key, (double?)entry[name] * unit, profile.Number(key).Value);
            Peaks(profile.Id, entry["peak_dense_tflops"]!, profile.PeakDense);
            Peaks(profile.Id, entry["peak_sparse_2_4_tflops"]!, profile.PeakTwoFour);
        }
    }

    [Fact]
    public void The_schema_knows_exactly_the_keys_that_the_reader_accepts()
    {
        var schema = JsonNode.Parse(ProfileCatalog.Text("schema.json"))!;

        Assert.False((bool)schema["additionalProperties"]!);
        Assert.Equal(ProfileFile.AllowedKeys.Order(StringComparer.Ordinal), schema["properties"]!.AsObject().Select(pair => pair.Key).Order(StringComparer.Ordinal));
        foreach (var (_, definition) in schema["$defs"]!.AsObject())
            Assert.False((bool)definition!["additionalProperties"]!);
    }

    [Fact]
    public void Regions_and_sites_have_possible_numbers_and_sources()
    {
        Assert.All(Regions.All, region => Assert.True(region.GramsPerKilowattHour is >= 0 and < 1500 && region.Sources.Count > 0, region.Name));
        Assert.All(Regions.Pues, pue => Assert.InRange(pue.Value, 1, 3));
        Assert.Equal("France", Regions.Find("france").Name);
    }

    private static void Peaks(string id, JsonNode given, IReadOnlyDictionary<string, Fact> peaks)
    {
        foreach (var (name, value) in given.AsObject())
            Same(id, name, (double?)value * 1e12, peaks.GetValueOrDefault(name.Replace("_tops", "", StringComparison.Ordinal), Fact.Unknown).Value);
    }

    private static void Same(string id, string key, double? given, double? held) =>
        Assert.True(given is null ? held is null : held is not null && Math.Abs(held.Value - given.Value) <= 1e-9 * given.Value, $"{id}, {key}: {held} for {given}");
}
