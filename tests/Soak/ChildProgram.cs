using System.Diagnostics;

namespace SparseProf.Soak;

/// <summary>SparseProf as a child process, with what the kernel tells of its memory and handles.</summary>
internal sealed class ChildProgram : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly StreamWriter _log;
    private readonly TaskCompletionSource<string> _url = new();

    public ChildProgram(string[] arguments, string log)
    {
        _log = new StreamWriter(log) { AutoFlush = true };
        _process = new Process { StartInfo = new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false } };
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public bool HasEnded => _process.HasExited;

    /// <summary>Resident memory, open files and threads; null where the process has ended.</summary>
    public (long ResidentBytes, int Handles, int Threads)? Usage()
    {
        try
        {
            var pages = long.Parse(File.ReadAllText($"/proc/{_process.Id}/statm").Split(' ')[1]);
            return (pages * Environment.SystemPageSize, Directory.GetFileSystemEntries($"/proc/{_process.Id}/fd").Length, Directory.GetDirectories($"/proc/{_process.Id}/task").Length);
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>The address that the server says it listens at.</summary>
    public string FirstUrl() => _url.Task.WaitAsync(s_patience).GetAwaiter().GetResult();

    /// <summary>False where it had to be stopped.</summary>
    public bool WaitOrStop()
    {
        if (_process.WaitForExit(s_patience))
            return true;
        Stop();
        return false;
    }

    public void Stop()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
    }

    public void Dispose()
    {
        Stop();
        _process.Dispose();
        _log.Dispose();
    }

    private void Keep(string? line)
    {
        if (line is null)
            return;
        lock (_log)
            _log.WriteLine(line);
        var start = line.IndexOf("http://", StringComparison.Ordinal);
        if (start >= 0)
            _url.TrySetResult(line[start..].TrimEnd('"', ',', ' '));
    }
}
