using SparseProf.Cli.Sweep.Folder;
using SparseProf.Ops.Errors;

namespace SparseProf.Cli.Sweep.Engines;

/// <summary>The engines by name.</summary>
internal static class SweepEngines
{
    public const string Local = "local";
    public const string Slurm = "slurm";

    public static IReadOnlyList<string> Names { get; } = [Local, Slurm];

    /// <exception cref="UserErrorException">No such engine, or its commands are not installed.</exception>
    public static void Check(string name)
    {
        if (!Names.Contains(name))
            throw Suggestion.UnknownName("engine", name, [.. Names], "--engine");
        if (name == Slurm)
            SlurmCommands.Run("sbatch", "--version");
    }

    public static ISweepEngine Create(string name, SweepFolder folder) => name == Slurm ? new SlurmEngine(folder) : new LocalEngine(folder);
}
