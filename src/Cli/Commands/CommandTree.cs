using System.CommandLine;
using SparseProf.Cli.Output;

namespace SparseProf.Cli.Commands;

/// <summary>Every verb of the command line, in the order of the work: look, measure, fit, predict, decide.</summary>
internal static class CommandTree
{
    public static RootCommand Build() =>
        new RootCommand("SparseProf measures dense and sparse neural networks and says whether sparse is worth deploying on your hardware.")
        {
            DoctorCommand.Build(),
            DevicesCommand.Build(),
            MeasureCommand.Build(),
            TrainCommand.Build(),
            ImportCommand.Build(),
            SweepCommand.Build(),
            MergeCommand.Build(),
            CheckCommand.Build(),
            FitCommand.Build(),
            PredictCommand.Build(),
            CompareCommand.Build(),
            AdviseCommand.Build(),
            ReportCommand.Build(),
            ServeCommand.Build(),
            ProfilesCommand.Build(),
            DataCommand.Build(),
            ReproduceCommand.Build(),
            AcceptanceCommand.Build(),
            WorkerCommandLine.Build(),
        }.WithExamples(
            "sparseprof doctor                              # what is installed, what is missing",
            "sparseprof measure --quick                     # a first look at this machine, within a minute",
            "sparseprof fit scaling --csv losses.csv        # the scaling law, with intervals",
            "sparseprof predict model --config config.json --profile nvidia-h200-sxm-141gb");
}
