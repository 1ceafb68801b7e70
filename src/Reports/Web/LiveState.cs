using System.Text.Json.Nodes;
using SparseProf.Store;
using SparseProf.Store.Rows;

namespace SparseProf.Reports.Web;

/// <summary>Where a database stands, as JSON.</summary>
internal static class LiveState
{
    /// <summary>Runs, and what goes on in the newest one.</summary>
    public static JsonObject Of(MeasurementReader reader)
    {
        var counts = reader.Query<(long Run, long Complete)>("SELECT run_id, count(stop_reason) FROM measurement GROUP BY run_id").ToDictionary(row => row.Run, row => row.Complete);
        var runs = reader.Runs();
        return new JsonObject
        {
            ["runs"] = new JsonArray([.. runs.Select(run => new JsonObject
            {
                ["id"] = run.Id,
                ["device"] = run.DeviceName,
                ["started_utc"] = run.StartedUtc.UtcDateTime.ToString("O"),
                ["ended_utc"] = run.EndedUtc?.UtcDateTime.ToString("O"),
                ["outcome"] = run.Outcome,
                ["command"] = run.Command,
                ["complete"] = counts.GetValueOrDefault(run.Id),
            })]),
            ["now"] = runs is [.., { EndedUtc: null } newest] ? Now(reader, newest) : null,
        };
    }

    private static JsonObject Now(MeasurementReader reader, RunRow run)
    {
        var current = reader.LatestMeasurement(run.Id);
        var samples = current is null ? 0 : reader.Query<long?>("SELECT sum(length(samples)) / 8 FROM sample WHERE measurement_id = @id AND kind = 'time_s'", new { id = current.Id })[0] ?? 0;
        var power = reader.Query<PowerTail>("SELECT power_w, clock_hz FROM power WHERE run_id = @id ORDER BY start_s DESC LIMIT 1", new { id = run.Id }) is [var tail] ? tail : null;
        return new JsonObject
        {
            ["run"] = run.Id,
            ["op"] = current is null ? null : $"{current.Op}, {current.Kernel}",
            ["measurement"] = current?.Id,
            ["samples"] = samples,
            ["power_w"] = Last(power?.PowerW),
            ["clock_hz"] = Last(power?.ClockHz),
        };
    }

    private static JsonValue? Last(byte[]? column) =>
        column is { Length: >= 4 } && BitConverter.ToSingle(column, column.Length - 4) is var value && float.IsFinite(value) ? JsonValue.Create(value) : null;

#pragma warning disable CA1812 // made by Dapper
    private sealed record PowerTail
#pragma warning restore CA1812
    {
        public required byte[] PowerW { get; init; }

        public byte[]? ClockHz { get; init; }
    }
}
