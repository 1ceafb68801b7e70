using SparseProf.Store.Rows;

namespace SparseProf.Reports.Evidence;

/// <summary>A stretch of a power series: mean, least and most power, median clock. Times since the start of the run.</summary>
public readonly record struct PowerPoint(double Second, double Mean, double Low, double High, double? ClockHz, double? TemperatureC);

/// <summary>One source's power over one run, thinned to what a chart can show.</summary>
/// <param name="Readings">How many readings it stands for.</param>
public sealed record PowerSeries(RunRow Run, string Source, long Readings, IReadOnlyList<PowerPoint> Points)
{
    private const int MostPoints = 400;

    public static IEnumerable<PowerSeries> Of(RunRow run, IReadOnlyList<PowerChunk> chunks) =>
        chunks.GroupBy(chunk => chunk.Source).Select(same => Thinned(run, same.Key, [.. same])).Where(series => series.Points.Count > 0);

    private static PowerSeries Thinned(RunRow run, string source, List<PowerChunk> chunks)
    {
        var readings = chunks.SelectMany(Unpack).Where(reading => !double.IsNaN(reading.Watts)).OrderBy(reading => reading.Second).ToList();
        if (readings.Count == 0)
            return new(run, source, 0, []);
        var (first, last) = (readings[0].Second, readings[^1].Second);
        var width = Math.Max((last - first) / MostPoints, 1e-9);
        return new(run, source, readings.Count,
        [
            .. readings.GroupBy(reading => Math.Min((int)((reading.Second - first) / width), MostPoints - 1)).Select(bucket => new PowerPoint(
                bucket.Average(reading => reading.Second), bucket.Average(reading => reading.Watts), bucket.Min(reading => reading.Watts), bucket.Max(reading => reading.Watts),
                Mean(bucket.Select(reading => reading.Clock)), Mean(bucket.Select(reading => reading.Celsius)))),
        ]);
    }

    private static IEnumerable<(double Second, double Watts, double Clock, double Celsius)> Unpack(PowerChunk chunk)
    {
        for (var i = 0; i < chunk.PowerW.Length; i++)
            yield return (chunk.StartS + chunk.OffsetS[i], chunk.PowerW[i], chunk.ClockHz?[i] ?? double.NaN, chunk.TemperatureC?[i] ?? double.NaN);
    }

    private static double? Mean(IEnumerable<double> values)
    {
        var told = values.Where(value => !double.IsNaN(value)).ToList();
        return told.Count == 0 ? null : told.Average();
    }
}
