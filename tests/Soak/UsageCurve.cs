using System.Diagnostics;
using System.Globalization;

namespace SparseProf.Soak;

/// <summary>Memory and handles of the two processes over time, as a CSV while they run and as a verdict at the end.</summary>
internal sealed class UsageCurve(string path, ChildProgram measure, ChildProgram serve, IReadOnlyList<Viewer> viewers, FileInfo database)
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(5);

    private readonly List<Reading> _readings = [];

    public async Task RecordAsync(TimeSpan duration)
    {
        await using var csv = new StreamWriter(path) { AutoFlush = true };
        await csv.WriteLineAsync("elapsed_s,measure_resident_bytes,measure_handles,measure_threads,serve_resident_bytes,serve_handles,serve_threads,events,answers,answered_bytes,failures,database_bytes");
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < duration && measure.Usage() is { } measuring && serve.Usage() is { } serving)
        {
            var reading = new Reading(clock.Elapsed.TotalSeconds, measuring.ResidentBytes, measuring.Handles, serving.ResidentBytes, serving.Handles);
            _readings.Add(reading);
            database.Refresh();
            await csv.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"{reading.ElapsedS:0.0},{measuring.ResidentBytes},{measuring.Handles},{measuring.Threads},{serving.ResidentBytes},{serving.Handles},{serving.Threads},{viewers.Sum(v => v.Events)},{viewers.Sum(v => v.Answers)},{viewers.Sum(v => v.Bytes)},{viewers.Sum(v => v.Failures)},{database.Length}"));
            await Task.Delay(s_interval);
        }
    }

    /// <summary>True where neither the median of memory nor that of handles grew by more than a tenth from the second third to the last.</summary>
    public bool Report(TextWriter output)
    {
        if (_readings.Count < 6 || serve.Usage() is null)
        {
            output.WriteLine("too short to tell, or a process ended");
            return false;
        }

        var third = _readings.Count / 3;
        var (middle, last) = (_readings[third..(2 * third)], _readings[(2 * third)..]);
        var flat = true;
        foreach (var (name, value) in new (string, Func<Reading, double>)[]
        {
            ("measure, resident MB", reading => reading.MeasureBytes / 1e6), ("measure, handles", reading => reading.MeasureHandles),
            ("serve, resident MB", reading => reading.ServeBytes / 1e6), ("serve, handles", reading => reading.ServeHandles),
        })
        {
            var (first, before, after) = (Median(_readings[..third], value), Median(middle, value), Median(last, value));
            var most = _readings.Max(value);
            flat &= after <= 1.1 * before + 1;
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}: median of the thirds {first:0.#}, {before:0.#}, {after:0.#}; most {most:0.#}"));
        }

        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{_readings[^1].ElapsedS:0} s, {viewers.Count} viewers: {viewers.Sum(v => v.Events):N0} events, {viewers.Sum(v => v.Answers):N0} answers, {viewers.Sum(v => v.Bytes) / 1e6:N0} MB, {viewers.Sum(v => v.Failures):N0} failures; {(flat ? "flat" : "GROWING")}"));
        return flat;
    }

    private static double Median(List<Reading> readings, Func<Reading, double> value) => readings.Select(value).Order().ElementAt(readings.Count / 2);

    private sealed record Reading(double ElapsedS, long MeasureBytes, int MeasureHandles, long ServeBytes, int ServeHandles);
}
