using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using SparseProf.Torch;

namespace SparseProf.Profiler.Workers;

/// <summary>A running worker: a child process that is told jobs on its standard input and answers on its standard output.</summary>
internal sealed class WorkerProcess : IDisposable
{
    private const int TailLength = 2000;
    private static readonly TimeSpan s_lastWords = TimeSpan.FromSeconds(5);

    // A worker that floods waits in its pipe until its answers are heard.
    private const int MostUnheard = 64;

    private readonly Process _process;
    private readonly BlockingCollection<WorkerEvent> _heard = new(MostUnheard);
    private readonly CancellationTokenSource _closing = new();
    private readonly StringBuilder _tail = new();
    private readonly Lock _gate = new();
    private readonly Thread _output;
    private readonly Thread _errors;

    public WorkerProcess(WorkerCommand command)
    {
        var start = new ProcessStartInfo(command.Path, command.Arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        _process = OpenMpThreads.Unbound(() => Process.Start(start)!);
        _output = Listen(_process.StandardOutput, Hear, _heard.CompleteAdding);
        _errors = Listen(_process.StandardError, Keep, () => { });
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
    public void Send(WorkerRequest request)
    {
        try
        {
            _process.StandardInput.WriteLine(WorkerLines.Write(request));
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
            if (left > TimeSpan.Zero && _heard.TryTake(out var heard, (int)left.TotalMilliseconds, cancel))
                return (heard, null);
            if (_heard.IsCompleted)
                return (null, Ended());
            if (left > TimeSpan.Zero)
                continue;
            Kill();
            return (null, new WorkerFailure("timeout", $"no answer within {patience.TotalSeconds:0.#} s; the worker process was ended", OutputTail: OutputTail));
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

        if (!_process.WaitForExit(s_lastWords))
            Kill();
        _closing.Cancel();
        // A child of the worker may still hold its pipes; the threads then end with it, or with this program.
        if (_output.Join(s_lastWords) && _errors.Join(s_lastWords))
        {
            _process.Dispose();
            _heard.Dispose();
            _closing.Dispose();
        }
    }

    private WorkerFailure Ended()
    {
        if (!_process.WaitForExit(s_lastWords))
            Kill();
        _errors.Join(s_lastWords);
        return WorkerFailure.Ended(_process.ExitCode, OutputTail);
    }

    private static Thread Listen(TextReader stream, Action<string> line, Action end)
    {
        var thread = new Thread(() =>
        {
            try
            {
                BoundedLines.Read(stream, WorkerLines.Mark, line);
            }
            catch (Exception closed) when (closed is IOException or ObjectDisposedException or OperationCanceledException or InvalidOperationException)
            {
                // The worker is being ended.
            }

            end();
        })
        {
            IsBackground = true,
            Name = "worker's lines",
        };
        thread.Start();
        return thread;
    }

    private void Hear(string line)
    {
        if (WorkerLines.Read<WorkerEvent>(line) is { } heard)
            _heard.Add(heard, _closing.Token);
        else
            Keep(line);
    }

    private void Kill()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        _process.WaitForExit(s_lastWords);
    }

    private void Keep(string line)
    {
        lock (_gate)
        {
            _tail.Append(line).Append('\n');
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
