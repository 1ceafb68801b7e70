using System.CommandLine;
using SparseProf.Cli.Sweep.Folder;
using SparseProf.Cli.Sweep.Tasks;

namespace SparseProf.Cli.Commands;

/// <summary><c>sparseprof sweep task</c>: one attempt at one task; started by the engines, not by people.</summary>
internal static class SweepTaskCommand
{
    public static Command Build()
    {
        var folder = new Argument<string>("FOLDER") { Description = "Of the sweep." };
        var task = new Argument<int>("TASK") { Description = "Its number." };
        var last = new Option<int>("--last-attempt") { Description = "Attempts beyond it are not made.", DefaultValueFactory = _ => int.MaxValue };
        var gpu = new Option<int>("--gpu") { Description = "Index of the GPU.", DefaultValueFactory = _ => 0 };
        var withParent = new Option<bool>("--with-parent") { Description = "End when standard input closes: the process that holds its other end is gone." };
        var command = new Command("task", "Makes one attempt at a task of a sweep.") { folder, task, last, gpu, withParent };
        command.Hidden = true;
        command.SetAction((parsed, cancel) =>
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            if (parsed.GetValue(withParent))
                new Thread(() => StopAtEnd(stop)) { IsBackground = true }.Start();
            var sweep = SweepFolder.Open(".", Path.GetFullPath(parsed.GetValue(folder)!));
            return Task.FromResult(TaskRun.Run(sweep, parsed.GetValue(task), parsed.GetValue(last), parsed.GetValue(gpu), stop.Token));
        });
        return command;
    }

    private static void StopAtEnd(CancellationTokenSource stop)
    {
        while (Console.In.Read() >= 0)
        {
        }

        try
        {
            stop.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The attempt has ended by itself.
        }
    }
}
