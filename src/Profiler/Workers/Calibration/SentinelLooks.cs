using SparseProf.Ops.Units;
using SparseProf.Profiler.Devices;
using SparseProf.Profiler.Sampling;

namespace SparseProf.Profiler.Workers.Calibration;

/// <summary>When a run looks at its sentinel: before its first case, about every minute between two cases, and after the last.</summary>
/// <param name="every">Between two looks; a look takes about three seconds.</param>
/// <param name="least">Runs that are expected to be shorter look not at all.</param>
internal sealed class SentinelLooks(DeviceIdentity device, WorkerPool pool, CampaignStore store, TimeBudget budget, TimeProvider clock, Seconds every, Seconds least)
{
    private readonly GpuJob _job = SentinelJob.For(device.Memory);
    private long _last;
    private bool _begun;
    private bool _on;

    public static Seconds Every { get; } = new(60);

    public static Seconds Least { get; } = new(120);

    /// <summary>What it takes beside the cases.</summary>
    public static Seconds Cost { get; } = new(4);

    /// <summary>Before a case: decides at the first whether the run looks at all, and looks then and whenever the last look is a minute old.</summary>
    /// <param name="expected">What the run's remaining cases are expected to take.</param>
    public void BeginOrLook(Seconds expected, CancellationToken cancel)
    {
        if (!_begun)
        {
            _begun = true;
            // A GPU that lets in one process at a time has no room for a sentinel beside the cases.
            _on = device.Facts.GetValueOrDefault("compute_mode", "shared") == "shared" && Math.Min(expected.Value, budget.Left.Value) >= least.Value;
            Look(cancel);
        }
        else if (_on && clock.GetElapsedTime(_last).TotalSeconds >= every.Value)
        {
            Look(cancel);
        }
    }

    public void End(CancellationToken cancel) => Look(cancel);

    private void Look(CancellationToken cancel)
    {
        if (!_on || budget.Left < Cost)
            return;
        var (seen, _) = pool.Ask(_job, new WorkerRequest { Job = _job }, cancel);
        // Without a sentinel the run is measured all the same, and its calibration shows that none was looked at.
        _on = seen is not null;
        if (seen is not null)
            store.Look(seen.Observations);
        _last = clock.GetTimestamp();
    }
}
