using System.CommandLine;
using SparseProf.Cli.Output;

namespace SparseProf.Cli.Commands;

/// <summary>Parent of what concerns data sets; each verb is one file beside this one.</summary>
internal static class DataCommand
{
    public static Command Build() =>
        new Command("data", "Data sets to train on: list them, download them, check their files.")
        {
            DataListCommand.Build(),
            DataGetCommand.Build(),
            DataCheckCommand.Build(),
        }.WithExamples(
            "sparseprof data list",
            "sparseprof data get cifar10 data",
            "sparseprof data check sst2 data");
}
