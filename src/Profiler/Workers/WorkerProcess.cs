using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;

namespace SparseProf.Profiler.Workers;

/// <summary>A running worker: a child process that is told jobs on its standard input and answers on its standard output.</summary>
internal sealed class WorkerProcess : IDisposable
{
    private const int TailLength = 2000;

    private readonly Process _process;
    private readonly BlockingCollection<string?> _lines = [];
    private readonly StringBuilder _tail = new();
    private readonly Lock _gate = new();

    public WorkerProcess(WorkerCommand command)
    {
        var start = new ProcessStartInfo(command.Path, command.Arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => _lines.Add(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public string OutputTail
    {
        get
        {
            lock (_gate)
                return _tail.ToString();
        }
    }

    /// <summary>A worker that has ended no longer reads: what it says last decides, not the broken pipe.</summary>
    public void Send(GpuJob job)
    {
        try
        {
            _process.StandardInput.WriteLine(WorkerLines.Write(job));
            _process.StandardInput.Flush();
        }
        catch (IOException)
        {
        }
    }

    /// <summary>The next event, or why there is none: the process ended, or said nothing of ours for too long and was ended.</summary>
    public (WorkerEvent? Event, WorkerFailure? Failure) Next(TimeSpan patience, CancellationToken cancel)
    {
        var deadline = Stopwatch.GetTimestamp() + (long)(patience.TotalSeconds * Stopwatch.Frequency);
        while (true)
        {
            var left = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), deadline);
            if (left <= TimeSpan.Zero || !_lines.TryTake(out var line, (int)left.TotalMilliseconds, cancel))
            {
                Kill();
                return (null, new WorkerFailure("timeout", $"no answer within {patience.TotalSeconds:0.#} s; the worker process was ended", OutputTail: OutputTail));
            }

            if (line is null)
                return (null, Ended());
            if (WorkerLines.Read<WorkerEvent>(line) is { } heard)
                return (heard, null);
            Keep(line);
        }
    }

    public void Dispose()
    {
        try
        {
            _process.StandardInput.Close();
        }
        catch (IOException)
        {
        }

        if (!_process.WaitForExit(TimeSpan.FromSeconds(5)))
            Kill();
        _process.Dispose();
        _lines.Dispose();
    }

    private WorkerFailure Ended()
    {
        if (!_process.WaitForExit(TimeSpan.FromSeconds(5)))
            Kill();
        // Waits for the last of standard error as well.
        _process.WaitForExit();
        return WorkerFailure.Ended(_process.ExitCode, OutputTail);
    }

    private void Kill()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        _process.WaitForExit(TimeSpan.FromSeconds(5));
    }

    private void Keep(string? line)
    {
        if (line is null)
            return;
        lock (_gate)
        {
            _tail.AppendLine(line);
            if (_tail.Length > TailLength)
                _tail.Remove(0, _tail.Length - TailLength);
        }
    }
}

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
