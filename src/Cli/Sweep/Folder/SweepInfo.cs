using System.Text.Json;
using SparseProf.Cli.Sweep.Plan;

namespace SparseProf.Cli.Sweep.Folder;

/// <summary>What a sweep is, as <c>sweep.json</c> keeps it; written once.</summary>
/// <param name="Database">Where the shards are merged at the end; absolute.</param>
/// <param name="Retries">Attempts of a task after its first.</param>
internal sealed record SweepInfo(string Id, DateTimeOffset CreatedUtc, string ProgramVersion, string Engine, string Database, int Retries, IReadOnlyList<PlannedDevice> Devices, IReadOnlyList<TaskInfo> Tasks)
{
    public static JsonSerializerOptions Json { get; } = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public int Cases => Tasks.Sum(task => task.Cases);
}

/// <param name="ExpectedS">Seconds.</param>
/// <param name="LimitS">Seconds after which the task is ended and tried again.</param>
internal sealed record TaskInfo(int Number, string Device, int Repeat, int Cases, double ExpectedS, double LimitS);
