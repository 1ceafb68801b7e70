using SparseProf.Ops;
using SparseProf.Ops.Units;
using SparseProf.Profiler.Sampling;
using SparseProf.Store;
using SparseProf.Store.Rows;

namespace SparseProf.Profiler.Workers;

/// <summary>Runs jobs on one GPU in worker processes and stores every answer as it comes: measurements, refusals, crashes.</summary>
/// <param name="stored">Jobs of earlier runs on this GPU, by <see cref="Stored"/>; they are left out.</param>
/// <param name="shared">Holds for every measurement: others use the GPU too.</param>
public sealed class GpuCampaign(MeasurementWriter writer, long runId, WorkerPool pool, IReadOnlySet<string> stored, ObservedCaveat? shared = null)
{
    private readonly HashSet<string> _observed = [];

    /// <summary>How the run ended: completed, interrupted or out_of_time.</summary>
    public string Run(IReadOnlyList<GpuJob> jobs, TimeBudget budget, Action<GpuProgress> progress, CancellationToken cancel)
    {
        var todo = jobs.Where(job => !stored.Contains(KeyOf(job))).Distinct().ToList();
        var done = 0;
        try
        {
            pool.Run(
                todo,
                (job, heard) =>
                {
                    if (WorkerAnswer.Doubt(job, heard) is { } doubt)
                    {
                        Store(job, doubt);
                        progress(new GpuProgress(job, ++done, todo.Count, null, doubt));
                        return;
                    }

                    Store(heard);
                    progress(new GpuProgress(job, ++done, todo.Count, heard.Times.Length > 0 ? new Seconds(heard.Result is null ? 0 : Median(heard.Times)) : null, null));
                },
                (job, failure) =>
                {
                    Store(job, failure);
                    progress(new GpuProgress(job, ++done, todo.Count, null, failure));
                },
                () => !budget.IsSpent,
                cancel);
        }
        catch (OperationCanceledException)
        {
            return "interrupted";
        }

        return done < todo.Count ? "out_of_time" : "completed";
    }

    /// <summary>What earlier runs on the device hold complete.</summary>
    public static IReadOnlySet<string> Stored(MeasurementReader reader, string deviceKey)
    {
        var runs = reader.Runs().Where(run => run.DeviceKey == deviceKey).Select(run => run.Id).ToHashSet();
        return reader.Measurements()
            .Where(row => runs.Contains(row.RunId))
            .Select(row => KeyOf(row.Kernel, row.Op, row.Mode.ToString(), row.Regime.ToString()))
            .ToHashSet();
    }

    private static string KeyOf(GpuJob job) => job.Kernel == PowerMeterJob.Kernel ? job.Kernel : KeyOf(job.Kernel, job.ToOp().Text, job.Mode.ToString(), job.Regime.ToString());

    // The algorithm is found by the search, so it cannot be part of what is looked for.
    private static string KeyOf(string kernel, string op, string mode, string regime) => $"{kernel}|{op}|{mode}|{regime}";

    private void Store(WorkerEvent heard)
    {
        // A worker that replaces a crashed one may find the same figures out again.
        foreach (var (name, value) in heard.Observations.Where(observed => _observed.Add(observed.Key)))
            writer.AppendCalibration(runId, name, value);
        if (heard is not { Case: { } measured, Result: { } result })
            return;
        writer.Together(() =>
        {
            var id = writer.BeginMeasurement(runId, measured);
            writer.AppendSamples(id, SampleKind.TimeS, heard.Times);
            writer.CompleteMeasurement(id, result with { Caveats = [.. heard.Caveats.Select(caveat => caveat.Observed), .. shared is null ? [] : new[] { shared }] });
        });
    }

    private void Store(GpuJob job, WorkerFailure failure)
    {
        if (job.Kernel == PowerMeterJob.Kernel)
            return;
        var op = job.ToOp();
        writer.AppendAttempt(runId, new AttemptRow
        {
            CaseKey = writer.CaseKeyOf(runId, MeasurementCase.For(op, job.Kernel, job.Mode, Execution.Sparse, verified: false) with { Regime = job.Regime }),
            AtUtc = DateTimeOffset.UtcNow,
            Op = op.Text,
            Kernel = job.Kernel,
            Status = failure.Status,
            Message = failure.Message,
            ExitCode = failure.ExitCode,
            Signal = failure.Signal,
            StderrTail = failure.OutputTail,
        });
    }

    private static double Median(double[] times) => times.Order().ElementAt(times.Length / 2);
}

/// <summary>Where a campaign stands: the job just answered with its time, or its failure.</summary>
public sealed record GpuProgress(GpuJob Job, int Done, int Total, Seconds? Time, WorkerFailure? Failure);
