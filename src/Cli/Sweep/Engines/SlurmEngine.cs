using System.Globalization;
using SparseProf.Cli.Sweep.Folder;
using SparseProf.Cli.Sweep.Plan;
using SparseProf.Ops.Errors;

namespace SparseProf.Cli.Sweep.Engines;

/// <summary>Tasks as job arrays of Slurm, one array for each device; a node that fails gives its tasks back to the queue.</summary>
internal sealed class SlurmEngine : ISweepEngine
{
    // Slurm's own default where the cluster does not tell.
    private const int UsualArray = 1001;

    private readonly SweepFolder _folder;
    private readonly List<JobArray> _arrays;
    private readonly Lazy<int> _largest = new(LargestArray);

    public SlurmEngine(SweepFolder folder)
    {
        _folder = folder;
        _arrays = JobArray.Of(folder);
    }

    public TimeSpan Interval => TimeSpan.FromSeconds(2);

    public bool OutlivesFollower => true;

    // A shared file system may show another node's last lines late.
    public TimeSpan Grace => TimeSpan.FromSeconds(10);

    public void Start(IReadOnlyList<TaskStart> tasks)
    {
        foreach (var group in tasks.GroupBy(task => task.Device))
        {
            var device = _folder.Info.Devices.Single(device => device.Name == group.Key);
            foreach (var chunk in group.Chunk(_largest.Value))
                Submit(device, chunk);
        }
    }

    public IReadOnlyDictionary<int, string>? Alive()
    {
        if (_arrays.Count == 0)
            return new Dictionary<int, string>();
        var names = _arrays.ToDictionary(array => array.Name);
        var (exitCode, output, _) = SlurmCommands.Try("squeue", "--noheader", "--array", $"--name={string.Join(',', names.Keys)}", "--format=%j|%K|%T|%r");
        return exitCode == 0 ? SlurmStates.Alive(output, names) : null;
    }

    public string? Explain(int task)
    {
        if (_arrays.FindLast(array => array.Id is not null && array.Tasks.Any(entry => entry.Task == task)) is not { Id: { } id } array)
            return null;
        var element = $"{id}_{array.Tasks.ToList().FindIndex(entry => entry.Task == task) + 1}";
        return SlurmStates.Told(element);
    }

    public void Cancel()
    {
        foreach (var array in _arrays)
            SlurmCommands.Try("scancel", array.Id is { } id ? [id] : [$"--name={array.Name}"]);
    }

    public void Dispose()
    {
    }

    private void Submit(PlannedDevice device, TaskStart[] tasks)
    {
        var array = new JobArray(_folder, _arrays.Count == 0 ? 1 : _arrays[^1].Number + 1, [.. tasks.Select(task => (task.Task, task.LastAttempt))]);
        array.Write();
        var answer = SlurmCommands.Run("sbatch", [.. Options(array, device, tasks), array.ScriptPath]).Trim();
        // id, or id;cluster
        var id = answer.Split(';')[0];
        if (id.Length == 0 || !id.All(char.IsAsciiDigit))
            throw new UserErrorException(ErrorKind.Failed, $"sbatch answered '{answer}' in place of a job's id") { Next = $"'squeue --name={array.Name}' tells whether the job is there" };
        File.WriteAllText(array.IdPath, id + "\n");
        _arrays.Add(array);
    }

    private List<string> Options(JobArray array, PlannedDevice device, TaskStart[] tasks)
    {
        var asked = device.Slurm;
        List<string> options =
        [
            "--parsable", "--requeue", $"--job-name={array.Name}", $"--chdir={_folder.Path}", "--output=logs/slurm-%A_%a.log",
            $"--array=1-{tasks.Length}{(asked.AtATime is { } most ? $"%{most}" : "")}",
            $"--time={(int)Math.Ceiling(tasks.Max(task => task.Limit).TotalMinutes)}",
            // So that a task can end by itself before its time is up.
            "--signal=B:TERM@30",
            "--ntasks=1", $"--cpus-per-task={(asked.Cpus ?? device.Threads ?? 1).ToString(CultureInfo.InvariantCulture)}",
        ];
        Add("partition", asked.Partition);
        Add("constraint", asked.Constraint);
        Add("gres", asked.Gres ?? (device.IsGpu ? "gpu:1" : null));
        Add("account", asked.Account);
        Add("qos", asked.Qos);
        Add("mem", asked.Memory);
        Add("nodelist", asked.Nodelist);
        Add("exclude", asked.Exclude);
        if (asked.Exclusive)
            options.Add("--exclusive");
        return options;

        void Add(string option, string? value)
        {
            if (value is not null)
                options.Add($"--{option}={value}");
        }
    }

    private static int LargestArray()
    {
        var (_, output, _) = SlurmCommands.Try("scontrol", "show", "config");
        var line = output.Split('\n').FirstOrDefault(line => line.StartsWith("MaxArraySize", StringComparison.Ordinal));
        // The largest index is one less.
        return Math.Max(1, (int.TryParse(line?.Split('=')[^1].Trim(), out var size) ? size : UsualArray) - 1);
    }
}
