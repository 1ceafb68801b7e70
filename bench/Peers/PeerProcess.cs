using System.Diagnostics;
using System.Globalization;
using SparseProf.Torch;

namespace SparseProf.Peers;

/// <summary>
/// A program that times work on request: a line in, a line of numbers out. It waits in between, so that the two processes
/// never compete.
/// </summary>
internal sealed class PeerProcess : IDisposable
{
    // OpenBLAS and OpenMP threads keep spinning for about this long after their last work.
    private static readonly TimeSpan s_quiet = TimeSpan.FromMilliseconds(120);

    private readonly Process _process;

    public PeerProcess(ProcessStartInfo start)
    {
        start.UseShellExecute = false;
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        _process = OpenMpThreads.Unbound(() => Process.Start(start)!);
        Name = Read();
    }

    /// <summary>What the peer calls itself, version included.</summary>
    public string Name { get; }

    /// <summary>A Python script of this folder. PEER_PYTHON names another interpreter than Debian's.</summary>
    /// <param name="waitPassively">Whether its OpenMP threads sleep when idle, as ours do; by default they spin.</param>
    public static PeerProcess Python(string script, int threads, bool waitPassively = false)
    {
        var python = Environment.GetEnvironmentVariable("PEER_PYTHON") ?? "/usr/bin/python3";
        var start = new ProcessStartInfo(python, [Path.Combine(AppContext.BaseDirectory, script), threads.ToString()]);
        if (waitPassively)
            start.Environment["OMP_WAIT_POLICY"] = "passive";
        return new PeerProcess(start);
    }

    public double[] Ask(string request)
    {
        _process.StandardInput.WriteLine(request);
        _process.StandardInput.Flush();
        var answer = Read().Split(' ').Select(number => double.Parse(number, CultureInfo.InvariantCulture)).ToArray();
        Thread.Sleep(s_quiet);
        return answer;
    }

    /// <summary>Lets our own threads come to rest before the peer is asked.</summary>
    public static void Rest() => Thread.Sleep(s_quiet);

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }

    private string Read() => _process.StandardOutput.ReadLine()
        ?? throw new InvalidOperationException($"the peer {_process.StartInfo.FileName} ended: is what it needs installed? (make bench-peers does it)");
}
