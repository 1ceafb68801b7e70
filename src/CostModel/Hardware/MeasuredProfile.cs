using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using SparseProf.CostModel.Decisions;
using SparseProf.Ops;
using SparseProf.Ops.Errors;
using SparseProf.Store;
using SparseProf.Store.Rows;

namespace SparseProf.CostModel.Hardware;

/// <summary>
/// A profile from a measured run: what the device says of itself, and the highest rates that verified kernels reached.
/// They are lower bounds of the device's peaks, so no roofline made from them forbids what was seen.
/// </summary>
public static class MeasuredProfile
{
    private static readonly Dictionary<string, string> s_generations = new()
    {
        ["sm_70"] = "Volta",
        ["sm_75"] = "Turing",
        ["sm_80"] = "Ampere",
        ["sm_86"] = "Ampere",
        ["sm_87"] = "Ampere",
        ["sm_89"] = "Ada",
        ["sm_90"] = "Hopper",
        ["sm_100"] = "Blackwell",
        ["sm_103"] = "Blackwell",
        ["sm_120"] = "Blackwell",
    };

    /// <summary>The profile as the JSON of <c>hwprofiles/schema.json</c>.</summary>
    /// <param name="rows">In place of those of the run, where it went on from earlier ones.</param>
    /// <exception cref="UserErrorException">The run holds no verified dense product, or none that moved data.</exception>
    public static JsonObject Of(MeasurementReader reader, long runId, string? id, IEnumerable<MeasurementRow>? rows = null)
    {
        var run = reader.Run(runId);
        var measured = TimedMeasurement.Load(reader, rows ?? reader.Measurements(runId)).Where(one => one.Row is { Verified: true, OpKind: not "model" }).ToArray();
        var peaks = measured.Where(one => one.Row is { OpKind: "gemm", Execution: Execution.Dense, DenseEquivalentFlops: > 0 }).GroupBy(one => one.Row.Dtype).ToDictionary(
            group => group.Key, group => Best(group, one => one.Row.DenseEquivalentFlops!.Value / one.Time.Value));
        var sparse = measured.Where(one => one.Row is { OpKind: "gemm", Pattern: "2:4" or "1:2", Execution: Execution.Sparse, DenseEquivalentFlops: > 0 }).GroupBy(one => one.Row.Dtype).ToDictionary(
            group => group.Key, group => Best(group, one => one.Row.DenseEquivalentFlops!.Value / one.Time.Value));
        var moving = measured.Where(one => one.Row.TrafficBytes > 0).ToArray();
        if (peaks.Count == 0 || moving.Length == 0)
        {
            throw new UserErrorException(ErrorKind.WrongUsage, $"run {runId} has no verified dense product")
            {
                Where = reader.Path,
                Next = "'sparseprof measure --suite kernels' measures some",
            };
        }

        var gpu = run.DeviceKind == "cuda";
        var calibration = reader.Calibration(runId);
        var bandwidth = Best(moving, one => one.Row.TrafficBytes!.Value / one.Time.Value);
        var copied = calibration.Where(pair => pair.Key.Contains("bandwidth", StringComparison.OrdinalIgnoreCase)).Select(pair => pair.Value).DefaultIfEmpty(0).Max();
        return new JsonObject
        {
            ["$schema"] = "schema.json",
            ["id"] = id ?? $"measured-{Slug(run.DeviceName)}",
            ["name"] = $"{run.DeviceName} (measured)",
            ["vendor"] = gpu ? "NVIDIA" : "",
            ["kind"] = gpu ? "gpu" : run.DeviceKind,
            ["architecture"] = s_generations.TryGetValue(run.DeviceArchitecture, out var generation) ? $"{generation} ({run.DeviceArchitecture})" : run.DeviceArchitecture,
            ["multiprocessors"] = Told(run.DeviceUnits, runId),
            ["boost_clock_hz"] = Told(run.DeviceMaxClockHz is > 0 ? run.DeviceMaxClockHz : null, runId),
            ["memory_bytes"] = Told(run.DeviceMemoryBytes, runId),
            ["memory_bandwidth_bytes_per_s"] = copied > 0
                ? Number(copied, runId, "calibration of the run")
                : Number(bandwidth.Rate, runId, $"compulsory traffic of {bandwidth.What}; caches may have helped"),
            ["l2_cache_bytes"] = Told(run.DeviceCacheBytes is > 0 ? run.DeviceCacheBytes : null, runId),
            ["peak_dense_flops_per_s"] = Peaks(peaks, runId),
            ["peak_two_four_flops_per_s"] = Peaks(sparse, runId),
            ["tdp_w"] = Told(Limit(run.DeviceFactsJson), runId),
            ["idle_power_w"] = calibration.TryGetValue("idle_power_w", out var idle) ? Number(idle, runId, "measured before the run's first kernel") : Told(null, runId),
            ["sources"] = new JsonObject { [Source(runId)] = $"measured by SparseProf {run.ProgramVersion}, {run.StartedUtc:yyyy-MM-dd}, driver {run.DeviceDriver}" },
        };
    }

    // What the maker set; an owner's lower limit is not the board's.
    private static double? Limit(string facts) =>
        JsonNode.Parse(facts)?["power_limit_default_w"]?.ToString() is { } text && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var watts) ? watts : null;

    private static (double Rate, string What) Best(IEnumerable<TimedMeasurement> measured, Func<TimedMeasurement, double> rate) =>
        measured.Select(one => (Rate: rate(one), What: $"{one.Row.Op} by {one.Row.Kernel}")).MaxBy(pair => pair.Rate);

    private static JsonObject Peaks(Dictionary<string, (double Rate, string What)> peaks, long runId) =>
        new(peaks.Select(peak => KeyValuePair.Create<string, JsonNode?>(peak.Key, Number(peak.Value.Rate, runId, $"reached by {peak.Value.What}"))));

    private static JsonObject Told(double? value, long runId) => value is null
        ? new() { ["value"] = null, ["confidence"] = "unknown", ["sources"] = new JsonArray() }
        : Number(value.Value, runId, "as the device says of itself");

    private static JsonObject Number(double value, long runId, string note) =>
        new() { ["value"] = value, ["confidence"] = Fact.Measured, ["sources"] = new JsonArray(Source(runId)), ["note"] = note };

    private static string Source(long runId) => $"run{runId}";

    /// <summary>A name as part of an id or a path.</summary>
    public static string Slug(string name) =>
        string.Join('-', new string([.. name.ToLowerInvariant().Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : ' ')]).Split(' ', StringSplitOptions.RemoveEmptyEntries));
}
