using System.Text.Json.Nodes;
using SparseProf.Store;

namespace SparseProf.Reports.Export;

/// <summary>A run as a Chrome trace (chrome://tracing, Perfetto): measurements as slices, power and clock as counters. Times in µs since the run began.</summary>
public static class ChromeTrace
{
    private const double Micro = 1e6;

    /// <exception cref="Ops.Errors.UserErrorException">There is no such database or run.</exception>
    public static string Write(string database, long? runId)
    {
        using var reader = MeasurementReader.Open(database);
        var run = runId is { } id ? reader.Run(id) : reader.LatestRun();
        var events = new JsonArray();
        if (run is not null)
        {
            events.Add(new JsonObject { ["name"] = "process_name", ["ph"] = "M", ["pid"] = 1, ["args"] = new JsonObject { ["name"] = $"run {run.Id}, {run.DeviceName}" } });
            foreach (var row in reader.Measurements(run.Id, completeOnly: false))
            {
                events.Add(new JsonObject
                {
                    ["name"] = $"{row.Op} {row.Kernel}",
                    ["cat"] = row.OpKind,
                    ["ph"] = "X",
                    ["pid"] = 1,
                    ["tid"] = 1,
                    ["ts"] = (row.StartedUtc - run.StartedUtc).TotalSeconds * Micro,
                    ["dur"] = (row.Result?.ElapsedS ?? 0) * Micro,
                    ["args"] = new JsonObject { ["pattern"] = row.Pattern, ["mode"] = row.Mode.ToString().ToLowerInvariant(), ["stop_reason"] = row.Result?.StopReason, ["samples"] = row.Result?.SampleCount },
                });
            }

            foreach (var chunk in reader.Power(run.Id))
            {
                for (var i = 0; i < chunk.OffsetS.Length; i++)
                {
                    var at = (chunk.StartS + chunk.OffsetS[i]) * Micro;
                    Count(events, $"power {chunk.Source} (W)", at, chunk.PowerW[i]);
                    if (chunk.ClockHz is { } clock)
                        Count(events, $"clock {chunk.Source} (MHz)", at, clock[i] / 1e6);
                }
            }
        }

        return new JsonObject { ["displayTimeUnit"] = "ms", ["traceEvents"] = events }.ToJsonString();
    }

    private static void Count(JsonArray events, string name, double at, double value)
    {
        if (double.IsFinite(value))
            events.Add(new JsonObject { ["name"] = name, ["ph"] = "C", ["pid"] = 1, ["ts"] = at, ["args"] = new JsonObject { ["value"] = value } });
    }
}
