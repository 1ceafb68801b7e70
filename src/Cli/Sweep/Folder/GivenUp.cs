using System.Text.Json;

namespace SparseProf.Cli.Sweep.Folder;

/// <summary>A task that was given up.</summary>
/// <param name="Why">What the last attempt or the scheduler said.</param>
internal sealed record FailedTask(int Task, int Attempts, string Why);

/// <summary>The tasks that a sweep's follower gave up, as <c>failed.jsonl</c> keeps them; resuming gives them another chance.</summary>
internal sealed class GivenUp(SweepFolder folder)
{
    private readonly string _path = Path.Combine(folder.Path, "failed.jsonl");
    private readonly Dictionary<int, FailedTask> _tasks = [];

    public int Count => _tasks.Count;

    public bool Holds(int task) => _tasks.ContainsKey(task);

    public void Add(FailedTask failed)
    {
        _tasks[failed.Task] = failed;
        File.AppendAllText(_path, JsonSerializer.Serialize(failed, SweepInfo.Json) + "\n");
    }

    public void Clear()
    {
        _tasks.Clear();
        File.Delete(_path);
    }

    public static IReadOnlyList<FailedTask> Read(SweepFolder folder)
    {
        var path = Path.Combine(folder.Path, "failed.jsonl");
        return File.Exists(path) ? [.. File.ReadLines(path).Select(line => JsonSerializer.Deserialize<FailedTask>(line, SweepInfo.Json)!)] : [];
    }
}
