using SparseProf.Ops.Units;
using SparseProf.Profiler.Sampling;
using SparseProf.Profiler.Workers;

namespace SparseProf.Cli.Measure;

/// <summary>What to measure on a GPU and where to keep it.</summary>
/// <param name="Budget">No new case starts after it.</param>
internal sealed record GpuRequest(int Gpu, string Database, bool Quick, Seconds? Budget, bool Resume, bool Json, string Command)
{
    /// <summary>In place of the suite.</summary>
    public MeasurePlan? Plan { get; init; }

    /// <summary>Where the plan's rows go with their latency.</summary>
    public string? PlanResults { get; init; }
}

/// <summary>The kernel suite of a GPU, sentinel first; progress goes to standard error, results to standard output.</summary>
internal static class GpuMeasurement
{
    public static int Run(GpuRequest request, CancellationToken cancel)
    {
        var budget = request.Budget is { } total ? new TimeBudget(TimeProvider.System, total) : TimeBudget.Unlimited;
        GpuJob[] jobs = [.. GpuSuite.Sentinel(), .. request.Plan?.Jobs(request.Quick) ?? GpuSuite.Jobs(request.Quick)];
        var (runId, outcome) = GpuRun.Measure(
            request.Gpu, request.Database, jobs, request.Resume, budget, request.Command, Report, cancel);
        PlanResults.Write(request.Plan, request.PlanResults, request.Database, runId);
        GpuTables.Write(request.Database, runId, request.Json, Console.Out);
        if (outcome != "completed")
            Console.Error.WriteLine($"{outcome.Replace('_', ' ')}: what was measured is kept in {request.Database}; --resume goes on from there");
        return outcome == "interrupted" ? StopSignals.ExitCode : 0;
    }

    private static void Report(GpuProgress progress)
    {
        var what = progress.Job is { M: 0 } ? progress.Job.Kernel : $"{progress.Job.Kernel}, {progress.Job.ToOp()}, {progress.Job.Regime.ToString().ToLowerInvariant()}";
        var result = progress.Failure is { } failure ? $"{failure.Status}: {failure.Message}" : progress.Time?.ToString() ?? "done";
        Console.Error.WriteLine($"[{progress.Done}/{progress.Total}] {what}: {result}");
    }
}
