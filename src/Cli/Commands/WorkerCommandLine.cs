using System.CommandLine;
using SparseProf.Profiler.Workers;

namespace SparseProf.Cli.Commands;

/// <summary><c>sparseprof worker</c>: the inside of a GPU measurement; started by <c>measure</c> and <c>doctor</c>, not by people.</summary>
internal static class WorkerCommandLine
{
    public static Command Build()
    {
        var gpu = new Option<int>(WorkerCommand.GpuFlag) { Description = "Index of the GPU.", DefaultValueFactory = _ => 0 };
        var command = new Command(WorkerCommand.Verb, "Measures GPU cases that arrive on standard input, one a line.") { gpu };
        command.Hidden = true;
        command.SetAction(parsed => GpuWorker.Serve(parsed.GetValue(gpu), Console.In, Console.Out));
        return command;
    }
}
