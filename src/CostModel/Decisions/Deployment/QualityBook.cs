using SparseProf.CostModel.Scaling.Advice;
using SparseProf.CostModel.Statistics;
using SparseProf.Ops;
using SparseProf.Ops.Statistics;
using SparseProf.Store;
using SparseProf.Store.Rows;

namespace SparseProf.CostModel.Decisions.Deployment;

/// <summary>Expected quality of a pattern: from evaluations of trained models in the store, else from a scaling law, else unknown.</summary>
public sealed class QualityBook
{
    private const double SameSparsity = 0.01;
    private static readonly string[] Metrics = ["accuracy", "f1", "loss"];

    private readonly Dictionary<string, (Estimate Level, double Sparsity, bool Synthetic)> _levels = [];
    private readonly string _metric = "";
    private readonly SavedFit? _law;
    private readonly double _parameters;
    private readonly double _tokens;

    /// <param name="workload">Name under which models were trained.</param>
    /// <param name="law">Null for none.</param>
    /// <param name="parameters">N of the dense model.</param>
    /// <param name="tokens">D it is trained on; null for the largest that the law was fitted to.</param>
    public QualityBook(MeasurementReader? store, string workload, SavedFit? law, double parameters, double? tokens)
    {
        _law = law;
        _parameters = parameters;
        _tokens = tokens ?? law?.Range?.Tokens?.High ?? double.NaN;
        if (store is null)
            return;
        var runs = store.TrainingRuns().Where(run => string.Equals(run.Workload, workload, StringComparison.OrdinalIgnoreCase) && run.Result is { Outcome: "completed" }).ToDictionary(run => run.Id);
        var rows = store.Evaluations().Where(row => runs.ContainsKey(row.TrainingRunId) && row is { Corruption: "", Subgroup: "" } && row.Split != "train").ToArray();
        _metric = Metrics.FirstOrDefault(metric => rows.Any(row => row.Metric == metric)) ?? "";
        foreach (var pattern in rows.Where(row => row.Metric == _metric).GroupBy(row => runs[row.TrainingRunId].Pattern))
        {
            var last = pattern.GroupBy(row => row.TrainingRunId).Select(run => run.MaxBy(row => row.Step)!).ToArray();
            _levels[pattern.Key] = (Mean(last), runs[last[0].TrainingRunId].Sparsity, last.Any(row => row.Synthetic));
        }
    }

    public QualityChange Of(SparsityPattern pattern, DType dtype) =>
        FromEvaluations(pattern, dtype) ?? Baseline(pattern, dtype) ?? FromLaw(pattern, dtype) ?? QualityChange.Unknown;

    /// <summary>Dense weights in a floating-point type of 16 bits or more; null for others.</summary>
    public static QualityChange? Baseline(SparsityPattern pattern, DType dtype) => pattern is SparsityPattern.Dense && IsWide(dtype)
        ? new(QualitySource.Baseline, new(0, 0, 0, Provenance.DataSheet), null, "", "the dense model is what others are compared with")
        : null;

    private static bool IsWide(DType dtype) => dtype is not (DType.Fp8 or DType.Int8);

    private QualityChange? FromEvaluations(SparsityPattern pattern, DType dtype)
    {
        if (!IsWide(dtype) || Find(pattern) is not { } found)
            return null;
        var synthetic = found.Synthetic ? ", on synthetic data" : "";
        if (pattern is SparsityPattern.Dense)
            return new(QualitySource.Baseline, new(0, 0, 0, Provenance.Measured), found.Level, _metric, $"{_metric} of the dense model in the store{synthetic}");
        if (Find(SparsityPattern.Dense.Instance) is not { } dense)
            return new(QualitySource.Evaluations, null, found.Level, _metric, $"{_metric} in the store{synthetic}; no dense model was evaluated beside it");
        var change = found.Level.Value - dense.Level.Value;
        var half = Math.Sqrt(Math.Pow((found.Level.High - found.Level.Low) / 2, 2) + Math.Pow((dense.Level.High - dense.Level.Low) / 2, 2));
        return new(QualitySource.Evaluations, new(change, change - half, change + half, Provenance.Measured), found.Level, _metric, $"{_metric} in the store against the dense model{synthetic}");
    }

    private (Estimate Level, double Sparsity, bool Synthetic)? Find(SparsityPattern pattern)
    {
        if (_levels.TryGetValue(pattern.Text, out var exact))
            return exact;
        var format = pattern.Text.Split('@')[0];
        var near = _levels.Where(pair => pair.Key.Split('@')[0] == format && Math.Abs(pair.Value.Sparsity - pattern.Sparsity.Value) <= SameSparsity).ToArray();
        return near.Length > 0 ? near[0].Value : null;
    }

    // The change of loss at equal N and D when S goes from 0 to the pattern's.
    private QualityChange? FromLaw(SparsityPattern pattern, DType dtype)
    {
        if (_law is not { Law.HasSparsity: true } law || !IsWide(dtype) || (law.Law.HasTokens && !double.IsFinite(_tokens)))
            return null;
        double Change(IReadOnlyList<double> parameters) =>
            law.Law.Loss(parameters, _parameters, _tokens, pattern.Sparsity.Value) / law.Law.Loss(parameters, _parameters, _tokens, 0) - 1;
        var value = Change(law.Parameters);
        if (!double.IsFinite(value))
            return null;
        var (low, high) = law.Draws.Count > 0 ? Quantile.Interval(law.Draws.Select(Change)) : (double.NaN, double.NaN);
        var beyond = law.Range is { } range ? string.Concat(range.Beyond(_parameters, double.IsFinite(_tokens) ? _tokens : 1e9).Select(text => $"; {text}")) : "";
        return new(
            QualitySource.ScalingLaw, new(value, double.IsNaN(low) ? value : low, double.IsNaN(high) ? value : high, Provenance.Interpolated), null, "relative loss",
            $"the law '{law.Law.Name}' at N = {_parameters:0.##e+0}{(double.IsFinite(_tokens) ? $", D = {_tokens:0.##e+0}" : "")}{beyond}");
    }

    private static Estimate Mean(EvaluationRow[] rows)
    {
        var value = rows.Average(row => row.Value);
        var spread = rows.Length > 1 ? 1.96 * Math.Sqrt(rows.Sum(row => (row.Value - value) * (row.Value - value)) / (rows.Length - 1) / rows.Length) : 0;
        var half = Math.Max(spread, rows.Average(row => row.CiHigh is { } high && row.CiLow is { } low ? (high - low) / 2 : 0) / Math.Sqrt(rows.Length));
        return new(value, value - half, value + half, Provenance.Measured);
    }
}
