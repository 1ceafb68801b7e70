using System.CommandLine;
using SparseProf.Ops.Errors;

namespace SparseProf.Cli.Commands;

/// <summary>Options that mean the same on every command that has them.</summary>
internal static class CommonOptions
{
    public static Option<FileInfo> Database() => new("--db")
    {
        Description = "The database to read or to append to.",
        DefaultValueFactory = _ => new FileInfo("sparseprof.db"),
        HelpName = "FILE",
    };

    public static Option<bool> Json() => new("--json") { Description = "Print one JSON document: snake_case names, SI base units." };

    public static Option<int> Seed() => new("--seed") { Description = "Seed of everything random; the same seed gives the same result.", DefaultValueFactory = _ => 0 };

    /// <exception cref="UserErrorException">More threads than processors take turns, and libtorch's wait for each other busily.</exception>
    public static int? CheckedThreads(int? threads) => Bounds.Within(threads, "--threads", 1, Environment.ProcessorCount);
}
