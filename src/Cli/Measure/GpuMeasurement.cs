using SparseProf.Ops;
using SparseProf.Ops.Units;
using SparseProf.Profiler.Devices;
using SparseProf.Profiler.Experiment;
using SparseProf.Profiler.Sampling;
using SparseProf.Profiler.Workers;
using SparseProf.Store;

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
        var ended = Measure(request, cancel);
        PlanResults.Write(request.Plan, request.PlanResults, request.Database, ended.Run.RunId);
        using var reader = MeasurementReader.Open(request.Database);
        var evidence = ended.Evidence(reader);
        if (ended.Run.Failure is { } nothing && evidence.Rows.Count == 0)
            throw nothing;
        GpuTables.Write(evidence, request.Json, Console.Out);
        return ended.Run.Failure is { } lost ? throw lost : ended.Run.Outcome == "interrupted" ? StopSignals.ExitCode : 0;
    }

    /// <summary>Measures without printing results.</summary>
    public static GpuMeasured Measure(GpuRequest request, CancellationToken cancel)
    {
        var budget = request.Budget is { } total ? new TimeBudget(TimeProvider.System, total) : TimeBudget.Unlimited;
        var device = GpuRun.Identify(request.Gpu);
        var jobs = Jobs(request, device);
        var ended = GpuRun.Measure(
            device, request.Database, jobs, request.Resume ? [request.Database] : [], budget, request.Command, Settings(request), Report, cancel, failuresToo: true);
        if (ended.Outcome is "interrupted" or "out_of_time")
            Console.Error.WriteLine($"{ended.Outcome.Replace('_', ' ')}: what was measured is kept in {request.Database}; --resume goes on from there");
        return new GpuMeasured(ended, request.Resume ? jobs.Select(StoredCases.KeyOf).ToHashSet() : null);
    }

    private static List<GpuJob> Jobs(GpuRequest request, DeviceIdentity device)
    {
        var quick = request.Options.Quick;
        if (request.Plan is { } plan)
            return [.. plan.Jobs(quick)];
        var energies = request.Options.Suite != "paper" && request.Options.Workloads.Count == 0;
        return
        [
            .. energies ? GpuSuite.Sentinel(device.Memory, quick) : [],
            .. GpuSuite.Jobs(request.Options, request.Models, device.Memory, MeasuredLoads.Of(request.Database)),
            .. energies ? [GpuSuite.Rest(quick)] : Array.Empty<GpuJob>(),
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

/// <summary>A run that has ended.</summary>
/// <param name="Asked">Its cases, where it went on from earlier runs.</param>
internal sealed record GpuMeasured(GpuRunEnd Run, IReadOnlySet<string>? Asked)
{
    public GpuEvidence Evidence(MeasurementReader reader) => GpuEvidence.Of(reader, Run.RunId, Asked);
}
