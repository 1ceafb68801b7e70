using System.Globalization;
using System.Text.Json;
using SparseProf.Cli.Sweep.Estimates;
using SparseProf.Cli.Sweep.Plan;
using SparseProf.Ops.Errors;

namespace SparseProf.Cli.Sweep.Folder;

/// <summary>
/// A sweep on disk, enough by itself to go on: <c>plan.yaml</c> as it was given, <c>sweep.json</c>, <c>tasks/</c> (a plan each), <c>state/</c>
/// (a journal an attempt), <c>shards/</c> (a database an attempt), <c>logs/</c>, <c>jobs/</c> (what Slurm was given).
/// </summary>
internal sealed class SweepFolder
{
    private const string InfoFile = "sweep.json";
    private const string CancelFile = "cancelled";

    private SweepFolder(string path, SweepInfo info)
    {
        Path = path;
        Info = info;
    }

    /// <summary>Absolute.</summary>
    public string Path { get; }

    public SweepInfo Info { get; }

    public string JobsFolder => In("jobs");

    public string StateFolder => In("state");

    public string PlanPath => In("plan.yaml");

    /// <summary>Whether the sweep was cancelled; tasks end at it after their current case.</summary>
    public bool IsCancelled
    {
        get => File.Exists(In(CancelFile));
        set
        {
            if (value)
                File.WriteAllText(In(CancelFile), "");
            else
                File.Delete(In(CancelFile));
        }
    }

    /// <summary>Makes the folder whole or not at all.</summary>
    /// <exception cref="UserErrorException">There is a sweep of this id.</exception>
    public static SweepFolder Create(string root, SweepInfo info, SweepPlan plan, IReadOnlyList<PlannedTask> tasks) =>
        TryCreate(root, info, plan, tasks)
        ?? throw new UserErrorException(ErrorKind.WrongUsage, $"there is a sweep '{info.Id}'")
        {
            Where = System.IO.Path.GetFullPath(System.IO.Path.Combine(root, info.Id)),
            Next = $"go on with it by 'sparseprof sweep resume {info.Id}', or name another --id",
        };

    /// <returns>Null where there is a sweep of this id, be it one that another process makes at the same time.</returns>
    public static SweepFolder? TryCreate(string root, SweepInfo info, SweepPlan plan, IReadOnlyList<PlannedTask> tasks)
    {
        var path = System.IO.Path.GetFullPath(System.IO.Path.Combine(root, info.Id));
        if (Directory.Exists(path))
            return null;
        Directory.CreateDirectory(root);
        var making = new SweepFolder(System.IO.Path.GetFullPath(System.IO.Path.Combine(root, $".{info.Id}.{Guid.NewGuid():N}")), info);
        try
        {
            foreach (var folder in new[] { "tasks", "state", "shards", "logs", "jobs", "checkpoints" })
                Directory.CreateDirectory(making.In(folder));
            File.Copy(plan.Path, making.PlanPath);
            foreach (var task in tasks)
                File.WriteAllBytes(making.TaskPath(task.Number), TaskPlan.Write(plan, [.. task.Cases.Select(planned => planned.Case)]));
            File.WriteAllBytes(making.In(InfoFile), JsonSerializer.SerializeToUtf8Bytes(info, SweepInfo.Json));
            Directory.Move(making.Path, path);
            return new SweepFolder(path, info);
        }
        catch (IOException) when (Directory.Exists(path))
        {
            return null;
        }
        finally
        {
            if (Directory.Exists(making.Path))
                Directory.Delete(making.Path, recursive: true);
        }
    }

    /// <param name="idOrPath">An id below <paramref name="root"/>, or the path of a sweep's folder.</param>
    /// <exception cref="UserErrorException">No sweep there.</exception>
    public static SweepFolder Open(string root, string idOrPath)
    {
        var path = System.IO.Path.Combine(root, idOrPath);
        if (!File.Exists(System.IO.Path.Combine(path, InfoFile)) && File.Exists(System.IO.Path.Combine(idOrPath, InfoFile)))
            path = idOrPath;
        path = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path));
        var file = System.IO.Path.Combine(path, InfoFile);
        if (!File.Exists(file))
        {
            var known = Ids(root);
            throw new UserErrorException(ErrorKind.WrongUsage, $"no sweep '{idOrPath}'")
            {
                Where = System.IO.Path.GetFullPath(root),
                Allowed = known.Count == 0 ? "there is none yet" : string.Join(", ", known),
                Next = known.Count == 0 ? "sparseprof sweep PLAN starts one; --sweeps names another folder"
                    : Suggestion.Nearest(idOrPath, known) is { } nearest ? $"did you mean '{nearest}'?"
                    : "'sparseprof sweep status' shows them; --sweeps names another folder",
            };
        }

        try
        {
            return new SweepFolder(path, JsonSerializer.Deserialize<SweepInfo>(File.ReadAllBytes(file), SweepInfo.Json) ?? throw new JsonException("the file is null"));
        }
        catch (JsonException damaged)
        {
            throw new UserErrorException(ErrorKind.Failed, $"the sweep is damaged: {damaged.Message}", damaged) { Where = file, Next = $"'sparseprof merge OUT {path}/shards/*.db' takes what was measured" };
        }
    }

    /// <summary>Ids of the sweeps below a folder, the newest last.</summary>
    public static IReadOnlyList<string> Ids(string root) => Directory.Exists(root)
        ? [.. Directory.GetDirectories(root).Where(path => !System.IO.Path.GetFileName(path).StartsWith('.') && File.Exists(System.IO.Path.Combine(path, InfoFile))).OrderBy(Directory.GetCreationTimeUtc).Select(path => System.IO.Path.GetFileName(path)!)]
        : [];

    public string TaskPath(int task) => In("tasks", Numbered(task) + ".json");

    public string JournalPath(int task, int attempt) => In("state", $"{Numbered(task)}.{attempt}.jsonl");

    public string ShardPath(int task, int attempt) => In("shards", $"{Numbered(task)}.{attempt}.db");

    public string LogPath(int task, int attempt) => In("logs", $"{Numbered(task)}.{attempt}.log");

    public string CheckpointPath(string key, int attempt) => In("checkpoints", $"{key}.{attempt}.safetensors");

    /// <summary>Task and attempt that a journal's name tells, or null for another file.</summary>
    public static (int Task, int Attempt)? OfJournal(string name) =>
        name.Split('.') is [var task, var attempt, "jsonl"]
        && int.TryParse(task, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && int.TryParse(attempt, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            ? (number, count)
            : null;

    private static string Numbered(int task) => task.ToString("00000", CultureInfo.InvariantCulture);

    private string In(params ReadOnlySpan<string> parts) => System.IO.Path.Combine([Path, .. parts]);
}
