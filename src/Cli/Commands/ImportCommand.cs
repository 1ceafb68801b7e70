using System.CommandLine;
using SparseProf.Cli.Output;

namespace SparseProf.Cli.Commands;

/// <summary>Parent of the imports; each kind of table is one file beside this one.</summary>
internal static class ImportCommand
{
    public static Command Build() =>
        new Command("import", "Take tables measured elsewhere into the database.")
        {
            ImportKernelsCommand.Build(),
            ImportLossesCommand.Build(),
        }.WithExamples(
            "sparseprof import kernels h200.csv --profile nvidia-h200-sxm-141gb",
            "sparseprof import losses runs.csv --n active");
}
