using System.Globalization;

namespace SparseProf.Cli.Sweep.Engines;

/// <summary>Reads what Slurm says of jobs.</summary>
internal static class SlurmStates
{
    // States that nothing follows, as squeue shows them for a while after the end.
    private static readonly string[] s_over = ["COMPLETED", "FAILED", "CANCELLED", "TIMEOUT", "NODE_FAIL", "OUT_OF_MEMORY", "BOOT_FAIL", "DEADLINE", "PREEMPTED", "REVOKED"];

    /// <summary>Tasks that wait or run, from squeue's lines of name, index, state and reason.</summary>
    public static Dictionary<int, string> Alive(string output, IReadOnlyDictionary<string, JobArray> arrays)
    {
        var alive = new Dictionary<int, string>();
        foreach (var fields in output.Split('\n').Select(line => line.Trim().Split('|')).Where(fields => fields.Length == 4))
        {
            if (!arrays.TryGetValue(fields[0], out var array) || s_over.Contains(fields[2]) || !int.TryParse(fields[1], NumberStyles.None, CultureInfo.InvariantCulture, out var index) || index < 1 || index > array.Tasks.Count)
                continue;
            var state = fields[2].ToLowerInvariant();
            alive[array.Tasks[index - 1].Task] = state == "pending" && fields[3] is not ("None" or "") ? $"pending ({fields[3]})" : state;
        }

        return alive;
    }

    /// <summary>State and exit code of an element of an array: from the accounting, else from the controller, which forgets jobs after minutes.</summary>
    public static string? Told(string element)
    {
        try
        {
            var (exitCode, output, _) = SlurmCommands.Try("sacct", "--noheader", "--parsable2", "--allocations", $"--jobs={element}", "--format=State,ExitCode,NodeList");
            if (exitCode == 0 && output.Trim().Split('\n')[^1].Split('|') is [{ Length: > 0 } state, var code, var node])
                return $"{state}, exit code {code}, on {node}";
        }
        catch (Ops.Errors.UserErrorException)
        {
            // A cluster without accounting may be without sacct.
        }

        var (failed, text, _) = SlurmCommands.Try("scontrol", "--oneliner", "show", "job", element);
        return failed == 0 && Field(text, "JobState") is { } told ? $"{told}, exit code {Field(text, "ExitCode") ?? "unknown"}, on {Field(text, "NodeList") ?? "no node"}" : null;
    }

    private static string? Field(string text, string name) =>
        text.Split(' ', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault(word => word.StartsWith(name + "=", StringComparison.Ordinal))?[(name.Length + 1)..].Trim();
}
