using System.Diagnostics;
using SparseProf.Cli.Sweep.Folder;

namespace SparseProf.Cli.Sweep.Engines;

/// <summary>A worker process at one attempt. It ends with the process that started it: its standard input closes then.</summary>
internal sealed class LocalTask : IDisposable
{
    private const int SignalBase = 128;
    private const string ErrorMark = "error: ";

    private readonly Process _process;
    private readonly string _log;
    private readonly long _begun = Stopwatch.GetTimestamp();

    public LocalTask(SweepFolder folder, TaskStart start, int? gpu)
    {
        Task = start.Task;
        Limit = start.Limit;
        _log = folder.LogPath(start.Task, start.Attempt);
        // The shell is only there to send both streams to the log; every value reaches it as an argument, never as text.
        string[] arguments =
        [
            "-c", "log=$1; shift; exec \"$@\" >\"$log\" 2>&1", "sh", _log,
            .. ProgramCommand.Task(folder.Path), start.Task.ToString(), "--last-attempt", start.LastAttempt.ToString(), "--with-parent", .. gpu is { } index ? new[] { "--gpu", index.ToString() } : [],
        ];
        _process = Process.Start(new ProcessStartInfo("/bin/sh", arguments) { RedirectStandardInput = true, UseShellExecute = false })!;
    }

    public int Task { get; }

    public TimeSpan Limit { get; }

    public bool IsRunning => !_process.HasExited;

    public bool IsOverdue => IsRunning && Stopwatch.GetElapsedTime(_begun) > Limit;

    /// <summary>How the process ended, where it was neither at its end nor because it was asked to.</summary>
    public string? Ended => _process is not { HasExited: true, ExitCode: not (0 or StopSignals.ExitCode) and var code } ? null
        : code > SignalBase ? $"ended by signal {code - SignalBase}"
        : LastError() ?? $"ended with exit code {code}";

    public void AskToStop()
    {
        try
        {
            _process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It has ended already.
        }
    }

    public bool WaitForExit(TimeSpan patience) => _process.WaitForExit(patience > TimeSpan.Zero ? patience : TimeSpan.Zero);

    public void Kill()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
    }

    public void Dispose()
    {
        AskToStop();
        _process.Dispose();
    }

    // What the attempt said at its end, where its journal could not be written.
    private string? LastError()
    {
        try
        {
            return File.ReadLines(_log).LastOrDefault(line => line.StartsWith(ErrorMark, StringComparison.Ordinal))?[ErrorMark.Length..];
        }
        catch (IOException)
        {
            return null;
        }
    }
}
