using System.CommandLine;
using SparseProf.Cli.Output;

namespace SparseProf.Cli.Commands;

/// <summary>Parent of the decisions; each is one file beside this one.</summary>
internal static class AdviseCommand
{
    public static Command Build() =>
        new Command("advise", "Decide from fits and measurements: the best allocation, the best sparsity, what to deploy.")
        {
            AdviseAllocationCommand.Build(),
            AdviseSparsityCommand.Build(),
            AdviseDeploymentCommand.Build(),
        }.WithExamples("sparseprof advise deployment --model dense-transformer --profiles all --slo-latency 50ms --qps 200", "sparseprof advise sparsity --fit fit.json --cost h.csv --compute 1e21");
}
