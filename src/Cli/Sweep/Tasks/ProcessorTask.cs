using SparseProf.Cli.Measure;
using SparseProf.Cli.Sweep.Plan;
using SparseProf.Cli.Train;
using SparseProf.Ops;
using SparseProf.Ops.Units;
using SparseProf.Profiler.Experiment;
using SparseProf.Profiler.Kernels;
using SparseProf.Profiler.Kernels.Threading;
using SparseProf.Store;
using SparseProf.Store.Rows;

namespace SparseProf.Cli.Sweep.Tasks;

/// <summary>Kernels and models on the processor, and trainings on it or on a GPU, in one run of one shard.</summary>
internal sealed class ProcessorTask(TaskContext context, int? gpu)
{
    /// <summary>completed, interrupted or cancelled.</summary>
    public string Run(IReadOnlyList<List<PlannedCase>> bundles)
    {
        var threads = context.Plan.Devices[0].Threads ?? Given;
        var (device, torch) = TrainDevice.Open(threads, gpu);
        using var opened = device;
        using var team = new WorkerTeam(threads);
        using var writer = MeasurementWriter.Open(context.Shard);
        var run = RunDescription.Of(device.Identity, context.CommandLine, new { Sweep = context.Folder.Info.Id, context.Task, context.Journal.Attempt, context.Plan.Quick, Threads = threads, context.Plan.Seed });
        var runId = writer.BeginRun(run, RunDescription.Libraries());
        context.Open();
        var outcome = "failed";
        try
        {
            var stored = context.FromEarlier(reader => reader.CompletedCaseKeys());
            var trainings = new TrainingTask(context, device.Power, torch, writer, runId);
            using var reader = MeasurementReader.Open(context.Shard);
            foreach (var bundle in bundles)
            {
                if (context.Stopped is { } stopped)
                    return outcome = stopped;
                if (bundle[0] is TrainingPointCase training)
                    trainings.Run(training);
                else
                    Measure(bundle, Group(bundle, team, threads), new MeasurementSession(device, writer, runId, Settings(bundle)), run, stored, reader, runId);
            }

            return outcome = context.Cancel.IsCancellationRequested ? "interrupted" : "completed";
        }
        finally
        {
            writer.EndRun(runId, DateTimeOffset.UtcNow, outcome == "cancelled" ? "interrupted" : outcome);
        }
    }

    // Slurm may give a task less than the machine without hiding the rest.
    private static int Given => int.TryParse(Environment.GetEnvironmentVariable("SLURM_CPUS_PER_TASK"), out var cpus) && cpus > 0 ? Math.Min(cpus, Environment.ProcessorCount) : Environment.ProcessorCount;

    private SessionSettings Settings(List<PlannedCase> bundle) => new() { Quick = context.Plan.Quick, Budget = bundle.Select(planned => planned.Bound).Sum() };

    private CaseGroup Group(List<PlannedCase> bundle, WorkerTeam team, int threads) => bundle[0] is ModelCase model
        ? new ModelGroup(model.Workload, team, context.Plan.Seed)
        : new KernelGroup(bundle[0].Text, bundle.Cast<KernelCase>().SelectMany(planned => Kernels(planned, team), (planned, kernel) => (planned.Op, kernel)), TimingMode.Hot, threads, context.Plan.Seed);

    private static IReadOnlyList<IKernel> Kernels(KernelCase planned, WorkerTeam team) =>
        (planned.Call.Pattern is SparsityPattern.Dense ? CpuKernels.Dense : CpuKernels.Sparse(team)).For(planned.Op);

    private void Measure(List<PlannedCase> bundle, CaseGroup group, MeasurementSession session, RunRow run, IReadOnlySet<string> stored, MeasurementReader reader, long runId)
    {
        bundle.ForEach(context.Begin);
        var attempts = reader.Attempts(runId).Count;
        if (session.Run([group], stored, _ => { }, context.Cancel) == "interrupted")
            return;
        var complete = reader.CompletedCaseKeys();
        var failures = reader.Attempts(runId).Skip(attempts).ToList();
        foreach (var planned in bundle)
        {
            var keys = group.Cases.Where(measured => planned is ModelCase || measured.Op == planned.Text).Select(measured => CaseKey.Of(run, measured)).ToList();
            if (keys.Count == 0)
                context.End(planned, "failed", "no kernel computes it");
            else if (keys.Any(complete.Contains))
                context.End(planned, "measured");
            else if (keys.Any(stored.Contains))
                context.End(planned, "stored");
            else
                context.End(planned, "failed", failures.FirstOrDefault(failure => planned is ModelCase || failure.Op == planned.Text) is { } why ? $"{why.Kernel}: {why.Status}, {why.Message}" : "not measured within its time");
        }
    }
}
