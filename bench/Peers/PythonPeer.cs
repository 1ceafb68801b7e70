using System.Diagnostics;
using System.Globalization;

namespace SparseProf.Peers;

/// <summary>
/// A Python program that times work on request: a line in, a line of numbers out. It waits in between, so that the two
/// processes never compete. PEER_PYTHON names another interpreter than Debian's.
/// </summary>
internal sealed class PythonPeer : IDisposable
{
    // OpenBLAS and OpenMP threads keep spinning for about this long after their last work.
    private static readonly TimeSpan s_quiet = TimeSpan.FromMilliseconds(120);

    private readonly Process _process;

    /// <param name="waitPassively">Whether its OpenMP threads sleep when idle, as ours do; by default they spin.</param>
    public PythonPeer(string script, int threads, bool waitPassively = false)
    {
        var python = Environment.GetEnvironmentVariable("PEER_PYTHON") ?? "/usr/bin/python3";
        var start = new ProcessStartInfo(python, [Path.Combine(AppContext.BaseDirectory, script), threads.ToString()])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        if (waitPassively)
            start.Environment["OMP_WAIT_POLICY"] = "passive";
        _process = Process.Start(start)!;
        Name = Read();
    }

    /// <summary>What the peer calls itself, version included.</summary>
    public string Name { get; }

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
        ?? throw new InvalidOperationException($"the peer {_process.StartInfo.FileName} ended: is python3-torch installed? (make bench-peers does it)");
}
