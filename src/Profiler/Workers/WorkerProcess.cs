using System.Diagnostics;
using SparseProf.Torch;

namespace SparseProf.Profiler.Workers;

/// <summary>A running worker: a child process that is told jobs on its standard input and answers on its standard output.</summary>
internal sealed class WorkerProcess : IDisposable
{
    private static readonly TimeSpan s_lastWords = TimeSpan.FromSeconds(5);

    private readonly Process _process;
    private readonly WorkerVoice _voice;

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
        _voice = new WorkerVoice(_process.StandardOutput, _process.StandardError);
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
            if (left > TimeSpan.Zero && _voice.Next(left, cancel) is { } heard)
                return (heard, null);
            if (_voice.HasEnded)
                return (null, Ended());
            if (left > TimeSpan.Zero)
                continue;
            Kill();
            return (null, new WorkerFailure("timeout", $"no answer within {patience.TotalSeconds:0.#} s; the worker process was ended", OutputTail: _voice.Tail));
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
        _voice.Dispose();
        if (_voice.IsClosed)
            _process.Dispose();
    }

    private WorkerFailure Ended()
    {
        if (!_process.WaitForExit(s_lastWords))
            Kill();
        _voice.HearErrors();
        return WorkerFailure.Ended(_process.ExitCode, _voice.Tail);
    }

    private void Kill()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        _process.WaitForExit(s_lastWords);
    }
}
