namespace SparseProf.Cli.Sweep.Engines;

/// <summary>Where the tasks of a sweep run. An engine starts attempts and says which are still to be waited for; what they did is told by their journals.</summary>
internal interface ISweepEngine : IDisposable
{
    /// <summary>Between two looks.</summary>
    TimeSpan Interval { get; }

    /// <summary>Whether tasks go on when nobody follows the sweep.</summary>
    bool OutlivesFollower { get; }

    /// <summary>How long after an attempt is gone its last words may take to be seen here.</summary>
    TimeSpan Grace { get; }

    /// <summary>Starts an attempt at each of the tasks, now or when there is room.</summary>
    /// <exception cref="Ops.Errors.UserErrorException">They cannot be started at all.</exception>
    void Start(IReadOnlyList<TaskStart> tasks);

    /// <summary>Tasks that wait or run, each with a word on it: running, or why it waits; null where that cannot be told now.</summary>
    IReadOnlyDictionary<int, string>? Alive();

    /// <summary>Why the newest attempt at a task ended without a word of its own, or null where nothing is known.</summary>
    string? Explain(int task);

    /// <summary>Ends what runs and forgets what waits; returns when nothing runs any more, or will not for long.</summary>
    void Cancel();
}

/// <summary>A task that is to be attempted.</summary>
/// <param name="LastAttempt">Attempts beyond it are not made, whoever asks.</param>
internal sealed record TaskStart(int Task, string Device, int Attempt, int LastAttempt, TimeSpan Limit);
