namespace SparseProf.Cli.Sweep.Folder;

/// <summary>An attempt as its journal tells it.</summary>
internal sealed record AttemptState(int Attempt, string Host, int ProcessId)
{
    /// <summary>Outcome where hardware or a library is not there.</summary>
    public const string Missing = "missing";

    /// <summary>Outcome where the plan asks for what cannot be, which shows only where the task runs.</summary>
    public const string Refused = "refused";

    /// <summary>Whether the shard holds a run.</summary>
    public bool HasShard { get; init; }

    /// <summary>Outcomes of cases by key.</summary>
    public required IReadOnlyDictionary<string, (string Outcome, string? Message)> Ended { get; init; }

    /// <summary>Keys of cases that were begun and did not end: in work, or fatal.</summary>
    public required IReadOnlySet<string> Open { get; init; }

    /// <summary>How it stopped; null while it runs, and for ever where it was killed.</summary>
    public string? Outcome { get; init; }

    public string? Message { get; init; }

    public static AttemptState Of(int attempt, IReadOnlyList<JournalLine> lines)
    {
        var ended = new Dictionary<string, (string Outcome, string? Message)>();
        var open = new HashSet<string>();
        foreach (var line in lines)
        {
            if (line is { Event: "begin", Case: { } begun })
                open.Add(begun);
            if (line is { Event: "end", Case: { } done, Outcome: { } outcome })
            {
                open.Remove(done);
                ended[done] = (outcome, line.Message);
            }
        }

        var start = lines.FirstOrDefault(line => line.Event == "start");
        var stop = lines.LastOrDefault(line => line.Event == "stop");
        return new AttemptState(attempt, start?.Host ?? "", start?.ProcessId ?? 0)
        {
            HasShard = lines.Any(line => line.Event == "open"),
            Ended = ended,
            Open = open,
            Outcome = stop?.Outcome,
            Message = stop?.Message,
        };
    }
}

/// <summary>A task as its attempts tell it.</summary>
internal sealed record TaskState(TaskInfo Task, IReadOnlyList<AttemptState> Attempts)
{
    public AttemptState? Last => Attempts.Count > 0 ? Attempts[^1] : null;

    public bool IsCompleted => Attempts.Any(attempt => attempt.Outcome == "completed");

    /// <summary>Cases that some attempt ended, with what the newest of them says.</summary>
    public IReadOnlyDictionary<string, (string Outcome, string? Message)> Ended =>
        Attempts.SelectMany(attempt => attempt.Ended).GroupBy(entry => entry.Key).ToDictionary(same => same.Key, same => same.Last().Value);

    public int CasesDone => IsCompleted ? Task.Cases : Attempts.Count switch
    {
        0 => 0,
        1 => Attempts[0].Ended.Count,
        _ => Ended.Count,
    };
}

/// <summary>Follows the journals of a sweep; what has not grown since is not read again.</summary>
internal sealed class SweepState(SweepFolder folder)
{
    private readonly Dictionary<(int Task, int Attempt), (long Length, AttemptState State)> _known = [];

    /// <summary>Every task, in the order of the sweep.</summary>
    public IReadOnlyList<TaskState> Read()
    {
        foreach (var file in new DirectoryInfo(folder.StateFolder).EnumerateFiles("*.jsonl"))
        {
            if (SweepFolder.OfJournal(file.Name) is not { } id)
                continue;
            if (!_known.TryGetValue(id, out var known) || known.Length != file.Length)
                _known[id] = (file.Length, AttemptState.Of(id.Attempt, AttemptJournal.Read(file.FullName)));
        }

        var attempts = _known.ToLookup(entry => entry.Key.Task, entry => entry.Value.State);
        return [.. folder.Info.Tasks.Select(task => new TaskState(task, [.. attempts[task.Number].OrderBy(attempt => attempt.Attempt)]))];
    }
}
