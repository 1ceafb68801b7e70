using SparseProf.Cli.Measure;
using SparseProf.Cli.Sweep.Plan;
using SparseProf.Profiler.Sampling;
using SparseProf.Profiler.Workers;

namespace SparseProf.Cli.Sweep.Tasks;

/// <summary>Kernels on a GPU: every library that can compute a case, each library family in a process that may crash.</summary>
internal sealed class GpuTask(TaskContext context, int gpu)
{
    /// <summary>completed, interrupted or cancelled.</summary>
    public string Run(IReadOnlyList<KernelCase> cases)
    {
        var owners = new Dictionary<GpuJob, KernelCase>();
        foreach (var planned in cases)
        {
            foreach (var job in GpuKernels.Jobs(planned.Call, planned.Op, context.Plan.Quick))
                owners[job with { Seed = context.Plan.Seed }] = planned;
        }

        var left = cases.ToDictionary(planned => planned, planned => owners.Count(owner => owner.Value == planned));
        var good = new HashSet<KernelCase>();
        cases.ToList().ForEach(context.Begin);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.Cancel);
        var ended = GpuRun.Measure(
            GpuRun.Identify(gpu), context.Shard, [.. owners.Keys], context.EarlierShards, TimeBudget.Unlimited, context.CommandLine,
            new Dictionary<string, string?> { ["quick"] = context.Plan.Quick ? "yes" : "no" }, Heard, stop.Token, context.Open);
        if (ended.Failure is { } failure)
            throw failure;
        var outcome = ended.Outcome;
        if (outcome == "completed")
        {
            // What the shards before hold was not run again.
            foreach (var planned in cases.Where(planned => left[planned] > 0))
                context.End(planned, "stored");
        }

        return outcome == "completed" ? outcome : context.Stopped ?? outcome;

        void Heard(GpuProgress progress)
        {
            if (owners.GetValueOrDefault(progress.Job) is not { } planned)
                return;
            // What permuting takes says nothing on the layer without its products.
            if (progress.Failure is null && progress.Job.OpKind != "permute")
                good.Add(planned);
            if (--left[planned] == 0)
                context.End(planned, good.Contains(planned) ? "measured" : "failed", progress.Failure is { } failure ? $"{progress.Job.Kernel}: {failure.Status}, {failure.Message}" : null);
            if (context.Stopped is not null)
                stop.Cancel();
        }
    }
}
