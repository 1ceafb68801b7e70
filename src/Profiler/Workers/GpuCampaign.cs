using SparseProf.Ops;
using SparseProf.Ops.Errors;
using SparseProf.Ops.Statistics;
using SparseProf.Ops.Units;
using SparseProf.Profiler.Devices;
using SparseProf.Profiler.Sampling;
using SparseProf.Profiler.Workers.Calibration;
using SparseProf.Store;

namespace SparseProf.Profiler.Workers;

/// <summary>
/// Runs jobs on one GPU in worker processes and stores every answer as it comes: measurements, refusals, crashes. Neighbours
/// of one group are compared in turns; the others run alone.
/// </summary>
/// <param name="watch">Watches the GPU from this process.</param>
/// <param name="stored">What earlier runs have answered; it is left out.</param>
public sealed class GpuCampaign(
    MeasurementWriter writer, long runId, DeviceIdentity device, WorkerCommand command, TimeSpan patience, Func<IDeviceWatch> watch, StoredCases stored)
{
    private readonly CampaignStore _store = new(writer, runId, device);

    /// <summary>Time between two looks at the sentinel; replaced in tests.</summary>
    internal Seconds SentinelEvery { get; init; } = SentinelLooks.Every;

    /// <summary>Runs that are expected to be shorter do not look at it; replaced in tests.</summary>
    internal Seconds SentinelLeast { get; init; } = SentinelLooks.Least;

    /// <summary>How the run ended: completed, interrupted or out_of_time.</summary>
    /// <exception cref="UserErrorException">The GPU was lost, or no worker starts.</exception>
    public string Run(IReadOnlyList<GpuJob> jobs, TimeBudget budget, Action<GpuProgress> progress, CancellationToken cancel)
    {
        // A comparison is taken whole: its ratios need both sides of the same minutes.
        var units = Units([.. jobs.Distinct().Where(job => !stored.HasFailed(job, planned => writer.CaseKeyOf(runId, planned)))]).Where(unit => !unit.TrueForAll(stored.HasMeasured)).ToList();
        var todo = units.SelectMany(unit => unit).ToList();
        var done = 0;
        using var pool = new WorkerPool(command, patience, budget, heard => _store.Observe(heard.Observations));
        var sentinel = new SentinelLooks(device, pool, _store, budget, TimeProvider.System, SentinelEvery, SentinelLeast);
        var skipped = false;
        try
        {
            foreach (var unit in units)
            {
                cancel.ThrowIfCancellationRequested();
                // Not before the meter's calibration, in which the board rests: the first case then finds it warm.
                if (!unit.TrueForAll(job => job.Calibrates))
                    sentinel.BeginOrLook(todo.Skip(done).Select(job => job.ExpectedTime).Sum(), cancel);
                // What no longer fits is left out, and what comes after it may still fit.
                if (budget.Left < unit.Select(job => job.ExpectedTime).Sum())
                {
                    skipped = true;
                    continue;
                }

                if (unit is [{ Group: null } alone])
                    pool.Run([alone], Measured, Failed, cancel);
                else
                    new GpuComparison(device, pool, watch, budget, cancel).Run(unit, Compared, Failed);
            }

            sentinel.End(cancel);
        }
        catch (OperationCanceledException)
        {
            return "interrupted";
        }
        catch (OutOfTimeException)
        {
            return "out_of_time";
        }
        catch (UserErrorException lost) when (done > 0)
        {
            throw new UserErrorException(ErrorKind.Missing, $"the GPU was lost during the run: {lost.Message}", lost)
            {
                Where = $"after {done} of {todo.Count} cases",
                Next = "what was measured is kept; look at 'nvidia-smi', then give the same command with --resume",
            };
        }

        return skipped ? "out_of_time" : "completed";

        Seconds Left()
        {
            var rest = todo.Skip(done).Select(job => job.ExpectedTime).Sum();
            return budget.Left < rest ? new Seconds(Math.Max(0, budget.Left.Value)) : rest;
        }

        void Measured(GpuJob job, WorkerEvent heard)
        {
            _store.Keep(job, heard);
            progress(new GpuProgress(job, ++done, todo.Count, heard.Times.Length > 0 ? new Seconds(OrderStatistics.Median(heard.Times)) : null, null, Left()));
        }

        void Compared(IReadOnlyList<ComparedCase> cases)
        {
            _store.Keep(cases);
            foreach (var one in cases)
                progress(new GpuProgress(one.Work.Job, ++done, todo.Count, new Seconds(one.Measured.Median.Value), null, Left()));
        }

        void Failed(GpuJob job, WorkerFailure failure)
        {
            _store.Keep(job, failure);
            progress(new GpuProgress(job, ++done, todo.Count, null, failure, Left()));
        }
    }

    private static IEnumerable<List<GpuJob>> Units(List<GpuJob> jobs)
    {
        for (var i = 0; i < jobs.Count;)
        {
            var unit = jobs.Skip(i).TakeWhile(job => job.Group is not null && job.Group == jobs[i].Group).ToList();
            if (unit.Count == 0)
                unit.Add(jobs[i]);
            yield return unit;
            i += unit.Count;
        }
    }
}

/// <summary>Where a campaign stands: the job just answered with its time, or its failure.</summary>
/// <param name="Left">What the remaining cases are expected to take, within the budget.</param>
public sealed record GpuProgress(GpuJob Job, int Done, int Total, Seconds? Time, WorkerFailure? Failure, Seconds Left);
