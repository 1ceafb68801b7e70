using SparseProf.Ops;
using SparseProf.Ops.Units;
using SparseProf.Profiler.Devices;
using SparseProf.Profiler.Experiment;
using SparseProf.Profiler.Sampling;
using SparseProf.Profiler.Workers;

namespace SparseProf.Cli.Measure;

/// <summary>What to measure on a GPU and where to keep it.</summary>
/// <param name="Models">Element type of the models.</param>
/// <param name="Budget">No new case starts that would not end within it.</param>
internal sealed record GpuRequest(int Gpu, string Database, SuiteOptions Options, DType Models, Seconds? Budget, bool Resume, bool Json, string Command)
{
    /// <summary>In place of the suite.</summary>
    public MeasurePlan? Plan { get; init; }

    /// <summary>Where the plan's rows go with their latency.</summary>
    public string? PlanResults { get; init; }
}

/// <summary>The suite of a GPU, sentinel first; progress goes to standard error, results to standard output.</summary>
internal static class GpuMeasurement
{
    public static int Run(GpuRequest request, CancellationToken cancel)
    {
        var (runId, outcome) = Measure(request, cancel);
        PlanResults.Write(request.Plan, request.PlanResults, request.Database, runId);
        GpuTables.Write(request.Database, runId, request.Json, Console.Out);
        return outcome == "interrupted" ? StopSignals.ExitCode : 0;
    }

    /// <summary>Measures without printing results.</summary>
    public static (long RunId, string Outcome) Measure(GpuRequest request, CancellationToken cancel)
    {
        var budget = request.Budget is { } total ? new TimeBudget(TimeProvider.System, total) : TimeBudget.Unlimited;
        var device = GpuRun.Identify(request.Gpu);
        var jobs = Jobs(request, device);
        var (runId, outcome) = GpuRun.Measure(device, request.Database, jobs, request.Resume ? [request.Database] : [], budget, request.Command, Settings(request), Report, cancel);
        if (outcome != "completed")
            Console.Error.WriteLine($"{outcome.Replace('_', ' ')}: what was measured is kept in {request.Database}; --resume goes on from there");
        return (runId, outcome);
    }

    private static List<GpuJob> Jobs(GpuRequest request, DeviceIdentity device)
    {
        var quick = request.Options.Quick;
        if (request.Plan is { } plan)
            return [.. plan.Jobs(quick)];
        return
        [
            .. request.Options.Suite == "paper" || request.Options.Workloads.Count > 0 ? [] : GpuSuite.Sentinel(device.Memory, quick),
            .. GpuSuite.Jobs(request.Options, request.Models, device.Memory),
        ];
    }

    private static Dictionary<string, string?> Settings(GpuRequest request) => new()
    {
        ["suite"] = request.Options.Suite,
        ["quick"] = request.Options.Quick ? "yes" : "no",
        ["models"] = request.Models.Name(),
        ["time_budget_s"] = request.Budget?.Value.ToString(System.Globalization.CultureInfo.InvariantCulture),
    };

    private static void Report(GpuProgress progress)
    {
        var what = progress.Job is { M: 0, Workload: null }
            ? progress.Job.Kernel
            : $"{progress.Job.Kernel}, {progress.Job.OpText}, {progress.Job.Mode.ToString().ToLowerInvariant()}, {progress.Job.Regime.ToString().ToLowerInvariant()}{(progress.Job.Data == "normal" ? "" : ", " + progress.Job.Data)}";
        var result = progress.Failure is { } failure ? $"{failure.Status}: {failure.Message}" : progress.Time?.ToString() ?? "done";
        Console.Error.WriteLine($"[{progress.Done}/{progress.Total}, {progress.Left.Value / 60:0.0} min left] {what}: {result}");
    }
}
