using SparseProf.Cli.Output;
using SparseProf.CostModel.Decisions;
using SparseProf.Profiler.Devices.Cpu;
using SparseProf.Profiler.Experiment;
using SparseProf.Profiler.Kernels;
using SparseProf.Profiler.Kernels.Threading;
using SparseProf.Store;
using SparseProf.Store.Rows;
using SparseProf.Torch;

namespace SparseProf.Cli.Measure;

/// <summary>What <c>measure</c> was asked for.</summary>
internal sealed record MeasureRequest(SuiteOptions Options, SessionSettings Settings, string Database, bool Resume, bool Json, string CommandLine)
{
    /// <summary>In place of a suite.</summary>
    public MeasurePlan? Plan { get; init; }

    /// <summary>Where the plan's rows go with their latency.</summary>
    public string? PlanResults { get; init; }
}

/// <summary>Measures the processor and prints what was found.</summary>
internal static class CpuMeasurement
{
    public static int Run(MeasureRequest request, CancellationToken cancel)
    {
        using var device = new CpuDevice();
        using var writer = MeasurementWriter.Open(request.Database);
        TorchRuntime.Threads = request.Options.Threads;
        using var team = new WorkerTeam(request.Options.Threads);
        var groups = request.Plan is { } plan ? [.. plan.Groups(request.Options, CpuKernels.Dense, CpuKernels.Sparse(team))] : Groups(request.Options, team);
        var run = RunDescription.Of(device.Identity, request.CommandLine, new { request.Options.Suite, request.Options.Quick, request.Options.Threads, request.Options.Seed });
        var runId = writer.BeginRun(run, RunDescription.Libraries());
        var outcome = Measure(request, new MeasurementSession(device, writer, runId, request.Settings), groups, cancel);
        writer.EndRun(runId, DateTimeOffset.UtcNow, outcome);
        PlanResults.Write(request.Plan, request.PlanResults, request.Database, runId);
        Print(request, runId, [.. groups.SelectMany(group => group.Cases).Select(planned => CaseKey.Of(run, planned))]);
        return outcome == "interrupted" ? StopSignals.ExitCode : 0;
    }

    private static List<CaseGroup> Groups(SuiteOptions options, WorkerTeam team)
    {
        var groups = new List<CaseGroup>();
        if (options.Suite is "paper" or "all")
            groups.AddRange(PaperSuite.Groups(options, team));
        if (options.Suite is "kernels" || (options.Suite is "all" && options.Workloads.Count == 0))
            groups.AddRange(KernelSuite.Groups(options, CpuKernels.Dense, CpuKernels.Sparse(team)));
        return groups;
    }

    private static string Measure(MeasureRequest request, MeasurementSession session, List<CaseGroup> groups, CancellationToken cancel)
    {
        var progress = ProgressLine.OnStandardError();
        IReadOnlySet<string> stored = new HashSet<string>();
        if (request.Resume)
        {
            using var reader = MeasurementReader.Open(request.Database);
            stored = reader.CompletedCaseKeys();
        }

        var outcome = session.Run(groups, stored, step => progress.Step(step.Title, step.Step, step.Steps, step.Share), cancel);
        progress.Finish();
        return outcome;
    }

    /// <summary>The newest measurement of every case that was asked for, from this run or an earlier one.</summary>
    private static void Print(MeasureRequest request, long runId, HashSet<string> keys)
    {
        using var reader = MeasurementReader.Open(request.Database);
        var rows = reader.Measurements()
            .Where(row => row.RunId == runId || (request.Resume && keys.Contains(row.CaseKey)))
            .GroupBy(row => row.CaseKey)
            .Select(same => same.MaxBy(row => row.Id)!)
            .OrderBy(row => row.Id);
        var measurements = TimedMeasurement.Load(reader, rows);
        var speedups = Speedups.Of(measurements);
        var attempts = reader.Attempts(runId);
        if (request.Json)
        {
            JsonOutput.Write(MeasureDocument.Of(reader.Run(runId), measurements, speedups, attempts));
            return;
        }

        MeasureReport.Write(reader.Run(runId), measurements, speedups, attempts, request.Database, Console.Out);
    }
}
