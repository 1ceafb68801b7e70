using System.Text.Json;
using System.Text.RegularExpressions;
using SparseProf.Store.Rows;

namespace SparseProf.Reports.Evidence;

/// <summary>A training that stands for its seeds, and the figures that it recorded by name.</summary>
/// <param name="Name">What tells it apart from the others.</param>
public sealed record RecordedTraining(TrainingRunRow Run, string Name, ILookup<string, TrainingMetricRow> Metrics)
{
    /// <summary>The newest training of every model, method, pattern and weight of the load-balancing loss that recorded something.</summary>
    public static IReadOnlyList<RecordedTraining> Of(ReportEvidence evidence) =>
    [
        .. evidence.Trainings.Where(training => evidence.TrainingMetrics[training.Id].Any())
            .GroupBy(training => (training.Workload, training.Method, training.Pattern, Balancing: Balancing(training)))
            .Select(same => new RecordedTraining(same.MaxBy(training => training.Id)!, NameOf(same.Key.Workload, same.Key.Method, same.Key.Pattern, same.Key.Balancing), evidence.TrainingMetrics[same.Max(training => training.Id)].ToLookup(metric => metric.Name))),
    ];

    /// <summary>Series <c>prefix.KEY…</c>, by what follows the prefix; layer 2 before layer 10.</summary>
    public IEnumerable<(string Key, IReadOnlyList<TrainingMetricRow> Points)> Under(string prefix) =>
        Metrics.Where(series => series.Key.StartsWith(prefix + ".", StringComparison.Ordinal)).Select(series => (series.Key[(prefix.Length + 1)..], (IReadOnlyList<TrainingMetricRow>)[.. series.OrderBy(point => point.Step)])).OrderBy(series => Natural(series.Item1), StringComparer.Ordinal);

    private static string Natural(string key) => Regex.Replace(key, @"\d+", digits => digits.Value.PadLeft(6, '0'), RegexOptions.None, TimeSpan.FromSeconds(1));

    private static string NameOf(string workload, string method, string pattern, double? balancing) =>
        $"{workload}{(method is "dense" or "switch" ? "" : $" {method}")}{(pattern is "dense" ? "" : $" {pattern}")}{(balancing is { } weight ? weight == 0 ? ", no balancing loss" : $", balancing loss {weight:0.###}" : "")}";

    private static double? Balancing(TrainingRunRow training)
    {
        using var settings = JsonDocument.Parse(training.ConfigJson);
        return settings.RootElement.TryGetProperty("router", out var router) && router.ValueKind == JsonValueKind.Object && router.TryGetProperty("load_balancing", out var weight) && weight.TryGetDouble(out var value) ? value : null;
    }
}
