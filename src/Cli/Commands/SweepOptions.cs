using System.CommandLine;

namespace SparseProf.Cli.Commands;

/// <summary>What the verbs of a sweep share.</summary>
internal static class SweepOptions
{
    public static Option<string> Sweeps() => new("--sweeps") { Description = "Folder that holds the sweeps; on a cluster one that every node sees.", DefaultValueFactory = _ => "sweeps", HelpName = "DIR" };

    public static Argument<string> Id() => new("ID") { Description = "A sweep below --sweeps, or the path of its folder." };
}
