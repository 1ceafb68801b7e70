using System.Text.Json.Nodes;
using SparseProf.CostModel.Decisions;
using SparseProf.Reports.Document;
using SparseProf.Reports.Evidence;
using SparseProf.Reports.Html;
using SparseProf.Store;
using SparseProf.Store.Rows;

namespace SparseProf.Reports.Web;

/// <summary>The report's charts on the live page, as JSON, made anew when a measurement has become complete.</summary>
internal sealed class LiveCharts
{
    private const int MostCharted = 1_000;

    private readonly Dictionary<long, TimedMeasurement> _charted = [];
    private readonly Lock _charting = new();
    private (string Key, JsonObject Charts)? _charts;

    /// <summary>The charts of these runs' newest measurements; how many are left out is told.</summary>
    public JsonObject Of(MeasurementReader reader, IReadOnlyList<long> runs)
    {
        // Of measurements that are taken in turns an older one may be complete after a newer one.
        var key = $"{string.Join(',', runs)}|{reader.Query<long>("SELECT count(stop_reason) FROM measurement")[0]}";
        lock (_charting)
        {
            if (_charts is { } made && made.Key == key)
                return made.Charts;
            var charts = new JsonObject();
            foreach (var chart in ReportBuilder.Measured(ReportEvidence.Load(reader, runs, Charted, MostCharted)).SelectMany(section => section.Blocks).OfType<Block.ChartBlock>().Select(block => block.Chart))
            {
                var document = HtmlReport.Json(chart);
                document["reading"] = chart.Reading;
                document["alternative"] = chart.Alternative;
                charts[chart.Id] = document;
            }

            var all = reader.Query<long>($"SELECT count(*) FROM measurement WHERE stop_reason IS NOT NULL AND run_id IN ({string.Join(',', runs)})")[0];
            var answer = new JsonObject { ["charts"] = charts, ["left_out"] = Math.Max(0, all - MostCharted) };
            _charts = (key, answer);
            return answer;
        }
    }

    // While a run goes on only its newest measurement is not yet known.
    private List<TimedMeasurement> Charted(MeasurementReader reader, IEnumerable<MeasurementRow> rows)
    {
        var wanted = rows.ToList();
        foreach (var made in TimedMeasurement.Load(reader, wanted.Where(row => !_charted.ContainsKey(row.Id))))
            _charted[made.Row.Id] = made;
        var ids = wanted.Select(row => row.Id).ToHashSet();
        if (_charted.Count > 2 * MostCharted)
            foreach (var old in _charted.Keys.Where(id => !ids.Contains(id)).ToList())
                _charted.Remove(old);
        return [.. wanted.Where(row => _charted.ContainsKey(row.Id)).Select(row => _charted[row.Id])];
    }
}
