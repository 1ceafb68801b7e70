namespace SparseProf.Cli.Sweep.Engines;

/// <summary>This program again, as words of a command line.</summary>
internal static class ProgramCommand
{
    public static IReadOnlyList<string> Words { get; } = Find();

    /// <summary>The words that make one attempt at a task.</summary>
    public static IReadOnlyList<string> Task(string folder) => [.. Words, "sweep", "task", folder];

    private static string[] Find()
    {
        var process = Environment.ProcessPath!;
#pragma warning disable IL3000 // empty in the single file, which is what is asked
        var assembly = typeof(ProgramCommand).Assembly.Location;
#pragma warning restore IL3000
        var name = Path.GetFileNameWithoutExtension(process);
        if (assembly.Length == 0 || name == "sparseprof")
            return [process];
        return [name == "dotnet" ? process : "dotnet", assembly];
    }
}
