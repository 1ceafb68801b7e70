using System.Collections.Concurrent;
using System.Globalization;
using SparseProf.Profiler.Devices.Cpu;
using SparseProf.Profiler.Experiment;
using SparseProf.Profiler.Power;
using SparseProf.Profiler.Training;
using SparseProf.Store;
using SparseProf.Store.Rows;
using SparseProf.Torch;
using SparseProf.Workloads.Data;
using SparseProf.Workloads.Sparsity;
using SparseProf.Workloads.Training;

namespace SparseProf.TrainingBench;

/// <summary>
/// The trainings of the benches, kept in a database: what it holds is not done again, so that a bench that was stopped loses
/// only the trainings it was in. Delete the file to measure afresh.
/// </summary>
internal sealed class TrainingArchive(string database)
{
    /// <summary>
    /// Ended trainings in the order of <paramref name="plans"/>; those that are missing run on as many threads as there are
    /// processors, one thread each.
    /// </summary>
    public IReadOnlyList<ArchivedTraining> Train(IReadOnlyList<TrainingPlan> plans, DataSet data)
    {
        var keys = plans.Select(plan => TrainingCases.Key(plan, data)).ToList();
        using var writer = MeasurementWriter.Open(database);
        var held = Load(keys);
        var left = new ConcurrentQueue<int>(Enumerable.Range(0, plans.Count).Where(i => !held.ContainsKey(keys[i])).OrderBy(i => plans[i].Seed));
        if (held.Count > 0)
            Console.Error.WriteLine($"  {plans.Count - left.Count} of {plans.Count} trainings are in {database}");
        if (!left.IsEmpty)
            Train(plans, data, left, writer);
        held = Load(keys);
        return [.. keys.Select(key => held[key])];
    }

    private static void Train(IReadOnlyList<TrainingPlan> plans, DataSet data, ConcurrentQueue<int> left, MeasurementWriter writer)
    {
        using var device = new CpuDevice();
        var runId = writer.BeginRun(RunDescription.Of(device.Identity, "bench-training", new { Trainings = left.Count }), RunDescription.Libraries());
        var done = plans.Count - left.Count;
        var threads = Enumerable.Range(0, Environment.ProcessorCount).Select(_ => new Thread(Work)).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        writer.EndRun(runId, DateTimeOffset.UtcNow, "completed");

        void Work()
        {
            OpenMpThreads.Unbind();
            TorchRuntime.Threads = 1;
            var session = new TrainingSession(new NoPower("other trainings ran beside it"), writer, runId);
            while (left.TryDequeue(out var i))
            {
                var report = session.Run(new TrainingRequest(plans[i], data) { Shared = true }, null, CancellationToken.None);
                var ended = report.Validation is { } validation ? string.Create(CultureInfo.InvariantCulture, $"loss {validation.Loss:0.0000}, accuracy {validation.Accuracy:0.000}") : report.Outcome;
                Console.Error.WriteLine($"  {Interlocked.Increment(ref done)}/{plans.Count}: {plans[i].Sparsity.Method.Name()} {plans[i].Sparsity.Pattern}, seed {plans[i].Seed}: {ended}, {report.ElapsedS:0} s");
            }
        }
    }

    private Dictionary<string, ArchivedTraining> Load(List<string> keys)
    {
        var wanted = keys.ToHashSet();
        using var reader = MeasurementReader.Open(database);
        var accuracies = reader.Evaluations().Where(row => row.Metric == "accuracy").ToLookup(row => row.TrainingRunId, row => row.Value);
        return reader.TrainingRuns().Where(row => wanted.Contains(row.CaseKey) && row.Result?.Outcome is "completed" or "diverged")
            .GroupBy(row => row.CaseKey)
            .ToDictionary(same => same.Key, same => Of(same.Last()));

        ArchivedTraining Of(TrainingRunRow row) => new(row, accuracies[row.Id].LastOrDefault(), reader.TrainingMetrics(row.Id));
    }
}

/// <summary>A training as the database holds it.</summary>
/// <param name="Accuracy">On the validation split; 0 where the training diverged.</param>
internal sealed record ArchivedTraining(TrainingRunRow Row, double Accuracy, IReadOnlyList<TrainingMetricRow> Metrics)
{
    /// <summary>Validation loss; infinite where the training diverged.</summary>
    public double Loss => Row.Result?.FinalLoss ?? double.PositiveInfinity;

    /// <summary>Mean of a metric over the last tenth of the steps.</summary>
    public double Late(string metric) => Metrics.Where(row => row.Name == metric && row.Step > Row.Result!.Steps * 0.9).Average(row => row.Value);
}
