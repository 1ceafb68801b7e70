using System.CommandLine;
using SparseProf.Cli.Output;

namespace SparseProf.Cli.Commands;

/// <summary>Parent of the fits; each fit is one file beside this one.</summary>
internal static class FitCommand
{
    public static Command Build() =>
        new Command("fit", "Fit a model to measurements: parameters with intervals, diagnostics and held-out error.")
        {
            FitScalingCommand.Build(),
        }.WithExamples("sparseprof fit scaling --csv runs.csv --law auto");
}
