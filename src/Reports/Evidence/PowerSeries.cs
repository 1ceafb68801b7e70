using SparseProf.Store;
using SparseProf.Store.Rows;

namespace SparseProf.Reports.Evidence;

/// <summary>A stretch of a power series: mean, least and most power, mean clock and temperature. Times since the start of the run.</summary>
public readonly record struct PowerPoint(double Second, double Mean, double Low, double High, double? ClockHz, double? TemperatureC);

/// <summary>One source's power over one run, thinned to what a chart can show.</summary>
/// <param name="Readings">How many readings it stands for.</param>
public sealed record PowerSeries(RunRow Run, string Source, long Readings, IReadOnlyList<PowerPoint> Points)
{
    private const int MostPoints = 400;

    /// <summary>Reads chunk after chunk: an endless series takes no more memory than a short one.</summary>
    public static IReadOnlyList<PowerSeries> Of(MeasurementReader reader, RunRow run)
    {
        var sources = reader.PowerSources(run.Id).ToDictionary(source => source.Source, source => new Stretches(source.First, source.Last));
        if (sources.Count == 0)
            return [];
        foreach (var chunk in reader.Power(run.Id))
            sources[chunk.Source].Add(chunk);
        return [.. sources.Where(source => source.Value.Readings > 0).Select(source => new PowerSeries(run, source.Key, source.Value.Readings, source.Value.Points()))];
    }

    /// <summary>Equal stretches between the first chunk and the last, and one after it for what the last chunk holds.</summary>
    private sealed class Stretches(double first, double last)
    {
        private readonly Sum[] _sums = new Sum[MostPoints];

        // One chunk alone: its length is not known before it is read.
        private double _width = last > first ? (last - first) / (MostPoints - 1) : 0;

        public long Readings { get; private set; }

        public void Add(PowerChunk chunk)
        {
            if (_width == 0)
                _width = Math.Max(chunk.OffsetS.DefaultIfEmpty().Max() / (MostPoints - 1), 1e-9);
            for (var i = 0; i < chunk.PowerW.Length; i++)
            {
                if (float.IsNaN(chunk.PowerW[i]))
                    continue;
                Readings++;
                var second = chunk.StartS + chunk.OffsetS[i];
                _sums[Math.Clamp((int)((second - first) / _width), 0, MostPoints - 1)].Add(second, chunk.PowerW[i], chunk.ClockHz?[i] ?? float.NaN, chunk.TemperatureC?[i] ?? float.NaN);
            }
        }

        public IReadOnlyList<PowerPoint> Points() => [.. _sums.Where(sum => sum.Count > 0).Select(sum => sum.Point)];
    }

    private struct Sum
    {
        private double _seconds, _watts, _low, _high, _clock, _celsius;
        private long _clocks, _temperatures;

        public long Count { get; private set; }

        public readonly PowerPoint Point => new(
            _seconds / Count, _watts / Count, _low, _high, _clocks == 0 ? null : _clock / _clocks, _temperatures == 0 ? null : _celsius / _temperatures);

        public void Add(double second, double watts, double clock, double celsius)
        {
            (_low, _high) = Count++ == 0 ? (watts, watts) : (Math.Min(_low, watts), Math.Max(_high, watts));
            _seconds += second;
            _watts += watts;
            if (!double.IsNaN(clock))
                (_clock, _clocks) = (_clock + clock, _clocks + 1);
            if (!double.IsNaN(celsius))
                (_celsius, _temperatures) = (_celsius + celsius, _temperatures + 1);
        }
    }
}
