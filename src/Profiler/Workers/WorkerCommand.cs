namespace SparseProf.Profiler.Workers;

/// <summary>How a worker is started.</summary>
public sealed record WorkerCommand(string Path, IReadOnlyList<string> Arguments)
{
    /// <summary>The verb under which the program is a worker.</summary>
    public const string Verb = "worker";

    public const string GpuFlag = "--gpu";

    /// <summary>This program again, as a worker for a GPU.</summary>
    public static WorkerCommand ForGpu(int gpu)
    {
        string[] arguments = [Verb, GpuFlag, gpu.ToString()];
        var program = Environment.ProcessPath!;
        return System.IO.Path.GetFileNameWithoutExtension(program) == "dotnet"
            ? new WorkerCommand(program, [Environment.GetCommandLineArgs()[0], .. arguments])
            : new WorkerCommand(program, arguments);
    }
}
