using System.CommandLine;
using SparseProf.Cli.Output;

namespace SparseProf.Cli.Commands;

/// <summary>Parent of the predictions; each is one file beside this one.</summary>
internal static class PredictCommand
{
    public static Command Build() =>
        new Command("predict", "Predict latency, energy and memory, each with interval and provenance.")
        {
            PredictKernelsCommand.Build(),
            PredictModelCommand.Build(),
        }.WithExamples("sparseprof predict --help   # the predictions there are");
}
