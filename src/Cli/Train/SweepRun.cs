using System.Globalization;
using SparseProf.Cli.Output;
using SparseProf.Cli.Sweep.Plan;
using SparseProf.Ops.Architectures;
using SparseProf.Ops.Errors;
using SparseProf.Profiler.Devices.Cpu;
using SparseProf.Profiler.Experiment;
using SparseProf.Profiler.Training;
using SparseProf.Store;
using SparseProf.Torch;
using SparseProf.Workloads.Data;
using SparseProf.Workloads.Data.Corpus;

namespace SparseProf.Cli.Train;

/// <summary>Trains a grid of language models and prints their losses.</summary>
internal static class SweepRun
{
    private const int Interrupted = 130;

    public static int Run(TrainRequest request, string path, int? jobs, CancellationToken cancel)
    {
        if (request.Gpu is not null)
            throw new UserErrorException(ErrorKind.WrongUsage, "a sweep trains on the processor") { Where = "--gpu", Next = "leave --gpu out, or let 'sparseprof sweep' train on a plan's GPUs" };
        var planned = PlanReader.IsPlan(path) ? PlanReader.Training(path) : null;
        var file = planned?.Grid ?? SweepFile.Read(path);
        var data = DataCatalog.Open(TextCorpus.Name, new DataOptions(request.Data ?? planned?.Data, file.Sequence, file.Vocabulary));
        using var device = new CpuDevice();
        var sweep = new TrainingSweep(file, data);
        TorchRuntime.Threads = 1;
        sweep.Check(path);
        using var writer = MeasurementWriter.Open(request.Database);
        var stored = request.Resume ? Completed(request.Database) : [];
        var runId = writer.BeginRun(RunDescription.Of(device.Identity, request.CommandLine, file), RunDescription.Libraries());
        var outcome = "failed";
        bool all;
        try
        {
            all = sweep.Run(writer, runId, jobs ?? request.Threads ?? Environment.ProcessorCount, stored, Progress(), cancel);
            outcome = cancel.IsCancellationRequested ? "interrupted" : "completed";
        }
        finally
        {
            writer.EndRun(runId, DateTimeOffset.UtcNow, outcome);
        }

        Print(request, sweep, data);
        return cancel.IsCancellationRequested ? Interrupted : all ? 0 : (int)ErrorKind.Failed;
    }

    private static HashSet<string> Completed(string database)
    {
        using var reader = MeasurementReader.Open(database);
        return [.. reader.TrainingRuns().Where(row => row.Result is { Outcome: "completed" }).Select(row => row.CaseKey)];
    }

    private static Action<SweepProgress> Progress()
    {
        var line = ProgressLine.OnStandardError();
        return progress =>
        {
            var config = (DecoderConfig)progress.Plan.Workload.Architecture;
            var ended = progress.Report.Validation is { } validation ? $"loss {validation.Loss.ToString("0.0000", CultureInfo.InvariantCulture)}" : progress.Report.Outcome;
            line.Step($"width {config.Width}, {progress.Plan.Sparsity.Pattern}, {progress.Plan.Steps} steps: {ended}", progress.Reached, progress.Points, progress.Share);
            if (progress.Reached == progress.Points)
                line.Finish();
        };
    }

    /// <summary>The newest end point of every place in the grid, from this run or an earlier one.</summary>
    private static void Print(TrainRequest request, TrainingSweep sweep, DataSet data)
    {
        var keys = sweep.Plans.Select(plan => TrainingCases.Key(plan, data)).ToHashSet();
        using var reader = MeasurementReader.Open(request.Database);
        var rows = reader.TrainingRuns().Where(row => keys.Contains(row.CaseKey) && row.Result is { Outcome: "completed" or "diverged" })
            .GroupBy(row => row.CaseKey).Select(same => same.Last())
            .OrderBy(row => row.ParametersTotal).ThenBy(row => row.Result!.Tokens).ThenBy(row => row.Sparsity).ToList();
        if (request.Json)
        {
            JsonOutput.Write(new { data_set = data.Name, points = rows });
            return;
        }

        var table = new TextTable().Numbers("N total", "N nonzero", "tokens", "sparsity", "loss", "time");
        foreach (var row in rows)
        {
            var result = row.Result!;
            table.Row(
                Cell(row.ParametersTotal), Cell(row.ParametersNonzero), Cell(result.Tokens), $"{row.Sparsity:0.##}",
                result.FinalLoss is { } loss ? $"{loss:0.0000}" : result.Outcome, $"{result.ElapsedS:0.0} s");
        }

        table.Write(Console.Out);
        var diverged = rows.Count(row => row.Result!.Outcome == "diverged");
        Console.Out.WriteLine($"{rows.Count - diverged} of {sweep.Plans.Count} end points on {data.Name} in {request.Database}");
        Console.Out.WriteLine(
            rows.Count < sweep.Plans.Count ? "next: the same command with --resume goes on where this one stopped"
            : diverged > 0 ? $"next: {diverged} diverged; lower learning_rate in the file"
            : $"next: sparseprof fit scaling --db {request.Database}");
    }

    private static string Cell(double? count) => count is { } value ? value.ToString("0", CultureInfo.InvariantCulture) : "";
}
