using SparseProf.Ops;
using SparseProf.Ops.Units;
using SparseProf.Profiler.Devices;
using SparseProf.Profiler.Sampling;

namespace SparseProf.Profiler.Workers;

/// <summary>Measures cases of several workers side by side, in turns and at full clock.</summary>
internal sealed class GpuComparison(DeviceIdentity identity, WorkerPool pool, Func<IDeviceWatch> watch, TimeBudget budget, CancellationToken cancel)
{
    private static readonly Seconds s_wall = new(8);
    private static readonly Seconds s_quickWall = new(2);

    // The host's part of a model's time scatters however long it is watched.
    private static readonly Seconds s_hostWall = new(4);

    private int _nextId = 1;

    /// <summary>What the failures leave is compared; a case that fails in the middle makes the rest begin anew.</summary>
    public void Run(IReadOnlyList<GpuJob> jobs, Action<IReadOnlyList<ComparedCase>> measured, Action<GpuJob, WorkerFailure> failed)
    {
        var ready = new List<RemoteWork>();
        try
        {
            foreach (var job in jobs)
            {
                var id = _nextId++;
                var (answer, failure) = pool.Ask(job, new WorkerRequest { Step = WorkerStep.Prepare, Id = id, Job = job }, cancel);
                if (answer is null)
                    failed(job, failure!);
                else
                    ready.Add(new RemoteWork(id, job, answer, pool.Process(job)));
                // A process that ended takes all that it held ready with it.
                Reprepare(ready, failed);
            }

            while (ready.Count > 0)
            {
                try
                {
                    measured(Compare(ready));
                    break;
                }
                catch (RemoteFailureException failure)
                {
                    failed(failure.Work.Job, failure.Failure);
                    ready.Remove(failure.Work);
                    Reprepare(ready, failed);
                }
            }
        }
        finally
        {
            Release(ready);
        }
    }

    private void Reprepare(List<RemoteWork> ready, Action<GpuJob, WorkerFailure> failed)
    {
        foreach (var lost in ready.Where(work => !work.IsKeptBy(pool)).ToList())
        {
            var id = _nextId++;
            var (answer, failure) = pool.Ask(lost.Job, new WorkerRequest { Step = WorkerStep.Prepare, Id = id, Job = lost.Job }, cancel);
            if (answer is not null)
            {
                ready[ready.IndexOf(lost)] = new RemoteWork(id, lost.Job, answer, pool.Process(lost.Job));
                continue;
            }

            failed(lost.Job, failure!);
            ready.Remove(lost);
        }
    }

    private List<ComparedCase> Compare(List<RemoteWork> works)
    {
        var device = new RemoteDevice(identity, pool, watch, cancel);
        var (mode, quick) = (works[0].Job.Mode, works[0].Job.Quick);
        var clocks = works.ConvertAll(_ => new List<double>());
        if (works.Count == 1)
        {
            var plan = SamplingPlan.For(mode, quick) with { DutyCycle = BurstMeasurement.Duty };
            var alone = new Sampler(device, budget).Measure(works[0], plan, timings => Keep(0, timings), cancel);
            return [new ComparedCase(works[0], alone, clocks[0], [])];
        }

        var compared = new InterleavedSampler(device, budget).Measure(
            works,
            InterleavedPlan.For(mode, quick) with { DutyCycle = BurstMeasurement.Duty, Visit = new(0.003), MaxWallTime = quick ? s_quickWall : works[0].Job is { Workload: not null, Mode: TimingMode.Hot } ? s_hostWall : s_wall },
            Keep,
            cancel);
        return [.. works.Select((work, i) => new ComparedCase(work, compared.Candidates[i], clocks[i], compared.BlockOf[i]))];

        void Keep(int candidate, IReadOnlyList<Timing> timings) => clocks[candidate].AddRange(timings.Select(timing => timing.Clock?.Value ?? double.NaN));
    }

    private void Release(List<RemoteWork> works)
    {
        // The run ends, and its processes with all that they hold; one that is at work would only be waited for.
        if (cancel.IsCancellationRequested || budget.IsSpent)
            return;
        foreach (var work in works.Where(work => work.IsKeptBy(pool)))
        {
            try
            {
                pool.Ask(work.Job, new WorkerRequest { Step = WorkerStep.Release, Id = work.Id }, CancellationToken.None);
            }
            catch (Ops.Errors.UserErrorException)
            {
                // Its process ended meanwhile and its memory with it.
            }
        }
    }
}

/// <summary>One case of a comparison.</summary>
/// <param name="Blocks">Of each sample; empty where it was measured alone.</param>
internal sealed record ComparedCase(RemoteWork Work, Measurement Measured, IReadOnlyList<double> Clocks, int[] Blocks);
