using SparseProf.Ops.Units;
using SparseProf.Store;
using SparseProf.Store.Rows;

namespace SparseProf.Cli.Train;

/// <summary>What <c>train</c> prints of one training that has ended.</summary>
internal static class TrainText
{
    public static void Write(TrainingRunRow row, MeasurementReader reader, string database, TextWriter output)
    {
        var result = row.Result!;
        var steps = reader.TrainingSteps(row.Id);
        var data = row.Synthetic && !row.DataSet.StartsWith("synthetic", StringComparison.Ordinal) ? $"synthetic {row.DataSet}" : row.DataSet;
        output.WriteLine($"{row.Workload}, {row.Method}{(row.Pattern == "dense" ? "" : $" {row.Pattern}")}, on {data}, seed {row.Seed}: {result.Outcome} after {result.Steps} steps, {new Seconds(result.ElapsedS ?? 0)}");
        output.WriteLine($"  parameters   {Count(row.ParametersTotal)}, {Count(row.ParametersNonzero)} nonzero{(row.ParametersActive < row.ParametersTotal ? $", {Count(row.ParametersActive)} active" : "")}");
        if (steps.Count > 1)
            output.WriteLine($"  loss         {Loss(steps[0])}, {Loss(steps[^1])}");
        foreach (var evaluation in reader.Evaluations().Where(evaluation => evaluation.TrainingRunId == row.Id))
            output.WriteLine($"  {evaluation.Split} {evaluation.Metric}: {Value(evaluation)}");
        if (TrainDocument.Throughput(row, steps) is { } throughput)
            output.WriteLine($"  throughput   {throughput:0} examples/s");
        output.WriteLine($"  training     {new Flops(result.DenseEquivalentFlops ?? 0)} dense-equivalent, {new Flops(result.NonzeroFlops ?? 0)} on kept weights");
        output.WriteLine($"  energy       {(result.EnergyJ is { } energy ? new Joules(energy).ToString() : $"not measured, {result.EnergyMissingBecause}")}");
        if (result.PeakMemoryBytes is { } peak)
            output.WriteLine($"  peak memory  {SiFormat.Capacity(new Bytes(peak))}");
        WriteRouters(row, reader, output);
        if (result.Checkpoint is { } checkpoint)
            output.WriteLine($"  checkpoint   {checkpoint}");
        output.WriteLine($"training {row.Id} with {steps.Count} steps in {database}");
        if (result.Outcome == "interrupted")
            output.WriteLine(result.Checkpoint is null ? "next: name a --checkpoint, so that a stopped training can go on" : "next: the same command with --resume goes on where this one stopped");
    }

    private static void WriteRouters(TrainingRunRow row, MeasurementReader reader, TextWriter output)
    {
        var metrics = reader.TrainingMetrics(row.Id).ToLookup(metric => metric.Name, metric => metric.Value);
        if (!metrics.Contains("load_imbalance"))
            return;
        output.WriteLine($"  experts      busiest {Late("load_imbalance"):0.00}× the mean, {Late("dropped_share") * 100:0.0} % of choices dropped, router entropy {Late("router_entropy"):0.00} (last tenth of the steps)");

        double Late(string name) => metrics[name].TakeLast(Math.Max(1, metrics[name].Count() / 10)).Average();
    }

    private static string Value(EvaluationRow evaluation)
    {
        var (factor, unit, format) = evaluation.Metric == "accuracy" ? (100, " %", "0.0") : (1, "", "0.0000");
        var interval = evaluation.CiLow is { } low && evaluation.CiHigh is { } high ? $" ({(low * factor).ToString(format)} – {(high * factor).ToString(format)})" : "";
        return $"{(evaluation.Value * factor).ToString(format)}{unit}{interval}";
    }

    private static string Loss(TrainingStepRow step) => step.Loss is { } loss ? $"{loss:0.0000} at step {step.Step}" : $"no number at step {step.Step}";

    private static string Count(double parameters) => new Parameters(parameters).ToString();
}
