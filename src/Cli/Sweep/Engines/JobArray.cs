using System.Globalization;
using SparseProf.Cli.Sweep.Folder;

namespace SparseProf.Cli.Sweep.Engines;

/// <summary>
/// A job array as it was given to Slurm: <c>N.tasks</c> names the task and last attempt of each index (a line each), <c>N.sh</c> is the
/// script, <c>N.id</c> what sbatch answered. It is known again by its name, ID.N, even where the answer was lost.
/// </summary>
internal sealed record JobArray(SweepFolder Folder, int Number, IReadOnlyList<(int Task, int LastAttempt)> Tasks)
{
    public string Name => $"{Folder.Info.Id}.{Number}";

    public string TasksPath => Path.Combine(Folder.JobsFolder, $"{Number}.tasks");

    public string ScriptPath => Path.Combine(Folder.JobsFolder, $"{Number}.sh");

    public string IdPath => Path.Combine(Folder.JobsFolder, $"{Number}.id");

    /// <summary>Slurm's id, or null where sbatch never answered.</summary>
    public string? Id => File.Exists(IdPath) && File.ReadAllText(IdPath).Trim() is { Length: > 0 } id ? id : null;

    public string Script =>
        $$"""
        #!/bin/sh
        # One task of sweep {{Folder.Info.Id}}: the line of {{Number}}.tasks whose number is the index in the array.
        set -eu
        line=$(sed -n "$SLURM_ARRAY_TASK_ID"p {{ShellQuote.Word(TasksPath)}})
        exec {{ShellQuote.Line(ProgramCommand.Task(Folder.Path))}} "${line% *}" --last-attempt "${line#* }"

        """;

    /// <summary>Lays script and tasks down before Slurm is asked.</summary>
    public void Write()
    {
        File.WriteAllLines(TasksPath, Tasks.Select(task => string.Create(CultureInfo.InvariantCulture, $"{task.Task} {task.LastAttempt}")));
        File.WriteAllText(ScriptPath, Script);
    }

    /// <summary>Every array of a sweep, the oldest first.</summary>
    public static List<JobArray> Of(SweepFolder folder) =>
    [
        .. Directory.GetFiles(folder.JobsFolder, "*.tasks").Select(file => int.Parse(Path.GetFileNameWithoutExtension(file), CultureInfo.InvariantCulture)).Order()
            .Select(number => new JobArray(folder, number, Read(Path.Combine(folder.JobsFolder, $"{number}.tasks")))),
    ];

    private static List<(int Task, int LastAttempt)> Read(string path) =>
        [.. File.ReadLines(path).Select(line => line.Split(' ')).Where(words => words.Length == 2).Select(words => (int.Parse(words[0], CultureInfo.InvariantCulture), int.Parse(words[1], CultureInfo.InvariantCulture)))];
}
