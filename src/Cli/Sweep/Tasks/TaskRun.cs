using SparseProf.Cli.Sweep.Estimates;
using SparseProf.Cli.Sweep.Folder;
using SparseProf.Cli.Sweep.Plan;
using SparseProf.Ops.Errors;
using SparseProf.Store;
using SparseProf.Torch;

namespace SparseProf.Cli.Sweep.Tasks;

/// <summary>
/// One attempt at a task: measures its cases into a shard of its own, leaving out what earlier attempts stored complete.
/// </summary>
internal static class TaskRun
{
    /// <param name="lastAttempt">Attempts beyond it are not made.</param>
    /// <param name="gpu">Index of the GPU for tasks that need one.</param>
    public static int Run(SweepFolder folder, int task, int lastAttempt, int gpu, CancellationToken cancel)
    {
        var before = Earlier(folder, task);
        if (before.Any(attempt => attempt.Outcome == "completed"))
            return 0;
        if (before.Count >= lastAttempt)
        {
            Console.Error.WriteLine($"task {task} has had its {lastAttempt} attempts");
            return (int)ErrorKind.Failed;
        }

        using var journal = AttemptJournal.Begin(folder, task);
        try
        {
            var outcome = Measure(folder, task, gpu, before, journal, cancel);
            journal.Stop(outcome);
            return outcome == "completed" ? 0 : StopSignals.ExitCode;
        }
        catch (Exception failure)
        {
            journal.Stop(OutcomeOf(failure), Reason(failure));
            throw;
        }
    }

    private static string Reason(Exception failure) => failure is UserErrorException told
        ? $"{told.Message}{(told.Where is null ? "" : $" ({told.Where})")}{(told.Allowed is null ? "" : $"; allowed: {told.Allowed}")}"
        : failure.Message;

    private static string OutcomeOf(Exception failure) => failure switch
    {
        TorchMissingException or UserErrorException { Kind: ErrorKind.Missing } => AttemptState.Missing,
        UserErrorException { Kind: ErrorKind.WrongUsage } => AttemptState.Refused,
        _ => "failed",
    };

    private static string Measure(SweepFolder folder, int task, int gpu, IReadOnlyList<AttemptState> before, AttemptJournal journal, CancellationToken cancel)
    {
        var plan = PlanReader.Read(folder.TaskPath(task));
        var cases = PlanCases.Of(plan).Cases;
        var shards = before.Where(attempt => attempt.HasShard).Select(attempt => folder.ShardPath(task, attempt.Attempt)).Where(File.Exists).ToList();
        var context = new TaskContext(folder, task, plan, journal, shards, cancel);
        // What an attempt died of comes last, so that it cannot keep the others from being measured.
        var fatal = before.SelectMany(attempt => attempt.Open).ToHashSet();
        var bundles = CaseBundle.Group(cases).OrderBy(bundle => bundle.Any(planned => fatal.Contains(planned.Key))).ToList();
        return cases[0].Device.IsGpu && cases.All(planned => planned is KernelCase)
            ? new GpuTask(context, gpu).Run([.. bundles.SelectMany(bundle => bundle).Cast<KernelCase>()])
            : new ProcessorTask(context, cases[0].Device.IsGpu ? gpu : null).Run(bundles);
    }

    private static List<AttemptState> Earlier(SweepFolder folder, int task)
    {
        var attempts = new List<AttemptState>();
        for (var attempt = 1; File.Exists(folder.JournalPath(task, attempt)); attempt++)
            attempts.Add(AttemptState.Of(attempt, AttemptJournal.Read(folder.JournalPath(task, attempt))));
        return attempts;
    }
}

/// <summary>What a running task works with.</summary>
/// <param name="EarlierShards">Databases of earlier attempts at this task.</param>
internal sealed record TaskContext(SweepFolder Folder, int Task, SweepPlan Plan, AttemptJournal Journal, IReadOnlyList<string> EarlierShards, CancellationToken Cancel)
{
    public string Shard => Folder.ShardPath(Task, Journal.Attempt);

    public string CommandLine => $"sparseprof sweep, {Folder.Info.Id}, task {Task}, attempt {Journal.Attempt}";

    /// <summary>How the attempt is to stop before its end, or null where it goes on.</summary>
    public string? Stopped => Cancel.IsCancellationRequested ? "interrupted" : Folder.IsCancelled ? "cancelled" : null;

    public void Open() => Journal.Write(new JournalLine("open", DateTimeOffset.UtcNow));

    public void Begin(PlannedCase planned)
    {
        Journal.Write(new JournalLine("begin", DateTimeOffset.UtcNow) { Case = planned.Key });
        Console.Error.WriteLine($"{DateTimeOffset.UtcNow:u} {planned.Text}");
    }

    public void End(PlannedCase planned, string outcome, string? message = null) =>
        Journal.Write(new JournalLine("end", DateTimeOffset.UtcNow) { Case = planned.Key, Outcome = outcome, Message = message });

    /// <summary>Whatever each earlier shard tells.</summary>
    public HashSet<string> FromEarlier(Func<MeasurementReader, IEnumerable<string>> read)
    {
        var all = new HashSet<string>();
        foreach (var shard in EarlierShards)
        {
            using var reader = MeasurementReader.Open(shard);
            all.UnionWith(read(reader));
        }

        return all;
    }
}
