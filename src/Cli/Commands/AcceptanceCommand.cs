using System.CommandLine;
using SparseProf.Cli.Measure;
using SparseProf.Cli.Output;
using SparseProf.Ops.Units;
using SparseProf.Profiler.Doctor;

namespace SparseProf.Cli.Commands;

/// <summary><c>sparseprof acceptance</c>: everything that a machine with a GPU must show, in one command.</summary>
internal static class AcceptanceCommand
{
    public static Command Build()
    {
        var gpu = new Option<int>("--gpu") { Description = "Index of the GPU.", DefaultValueFactory = _ => 0 };
        var minutes = new Option<double>("--minutes") { Description = "No new case starts after this many minutes.", DefaultValueFactory = _ => 9 };
        var quick = new Option<bool>("--quick") { Description = "Fewer shapes and looser intervals." };
        var resume = new Option<bool>("--resume") { Description = "Leave out what the database already holds for this GPU." };
        var database = CommonOptions.Database();
        var json = CommonOptions.Json();
        var command = new Command("acceptance", "Checks a machine with a GPU: libraries, what each kernel supports, a product of known speed, the kernel suite, tables.")
        {
            gpu, minutes, quick, resume, database, json,
        };
        command.SetAction((parsed, cancel) =>
        {
            foreach (var check in CudaChecks.Run())
                Console.Error.WriteLine($"{check.Status.ToString().ToLowerInvariant(),-8}{check.Name}: {check.Detail}");
            var request = new GpuRequest(
                parsed.GetValue(gpu), parsed.GetValue(database)!.FullName, parsed.GetValue(quick), new Seconds(60 * parsed.GetValue(minutes)),
                parsed.GetValue(resume), parsed.GetValue(json), string.Join(' ', parsed.Tokens.Select(token => token.Value).Prepend("sparseprof")));
            return Task.FromResult(GpuMeasurement.Run(request, cancel));
        });
        return command.WithExamples(
            "sparseprof acceptance --db gpu.db                # about ten minutes on one GPU",
            "sparseprof acceptance --db gpu.db --quick        # a first look",
            "sparseprof acceptance --db gpu.db --resume       # go on after an interruption");
    }
}
