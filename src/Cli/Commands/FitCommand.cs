using System.CommandLine;
using SparseProf.Cli.Output;

namespace SparseProf.Cli.Commands;

/// <summary>Parent of the fits; each fit is one file beside this one.</summary>
internal static class FitCommand
{
    public static Command Build() =>
        new Command("fit", "Fit a model to measurements: parameters with intervals, diagnostics and held-out error.")
        {
            FitLatencyCommand.Build(),
            FitEnergyCommand.Build(),
            FitScalingCommand.Build(),
        }.WithExamples("sparseprof fit latency --csv h200.csv --profile nvidia-h200-sxm-141gb --out cal.json", "sparseprof fit scaling --csv runs.csv --law auto");
}
