using System.Diagnostics;
using System.Text;

namespace SparseProf.Faults.Tests.Programs;

/// <summary>SparseProf in a process of its own, as a user starts it.</summary>
internal sealed class CliProcess : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan s_lastWords = TimeSpan.FromSeconds(10);

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _errors = new();
    private readonly Thread[] _listeners;

    private CliProcess(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        _process = new Process { StartInfo = start };
        _process.Start();
        _listeners = [Listen(_process.StandardOutput, _output), Listen(_process.StandardError, _errors)];
    }

    /// <summary>The program under test: <c>SPARSEPROF_PROGRAM</c> where it is set (compiled ahead it starts faster), else the one beside the tests.</summary>
    public static string Program { get; } = Environment.GetEnvironmentVariable("SPARSEPROF_PROGRAM") is { Length: > 0 } named
        ? Path.GetFullPath(named, Testing.SharedData.RepositoryRoot)
        : Path.Combine(AppContext.BaseDirectory, "sparseprof.dll");

    public int Id => _process.Id;

    public int ExitCode => _process.ExitCode;

    public bool HasExited => _process.HasExited;

    public string Output => Text(_output);

    public string Errors => Text(_errors);

    public static CliProcess Start(params string[] arguments) => new("dotnet", [Program, .. arguments], null);

    /// <summary>Through another program, such as one that changes the clock.</summary>
    public static CliProcess StartUnder(IReadOnlyList<string> wrapper, IReadOnlyDictionary<string, string> environment, params string[] arguments) =>
        new(wrapper[0], [.. wrapper.Skip(1), "dotnet", Program, .. arguments], environment);

    /// <summary>Runs to the end.</summary>
    public static (int ExitCode, string Output, string Errors) Run(params string[] arguments)
    {
        using var cli = Start(arguments);
        cli.WaitForExit();
        return (cli.ExitCode, cli.Output, cli.Errors);
    }

    /// <summary>Fails the test where the program does not end: that is a hang.</summary>
    public void WaitForExit()
    {
        if (!_process.WaitForExit(s_patience))
        {
            Kill();
            Assert.Fail($"hangs: {_process.StartInfo.Arguments} {string.Join(' ', _process.StartInfo.ArgumentList)}\n{Output}\n{Errors}");
        }

        HearTheLast();
    }

    /// <summary>False where the time passed first.</summary>
    public bool EndsWithin(TimeSpan time)
    {
        var ended = _process.WaitForExit(time);
        if (ended)
            HearTheLast();
        return ended;
    }

    /// <summary>Waits until the errors' stream holds a text, or the program has ended.</summary>
    public bool WaitForErrors(string text)
    {
        var until = Stopwatch.StartNew();
        while (until.Elapsed < s_patience)
        {
            if (Errors.Contains(text, StringComparison.Ordinal))
                return true;
            if (!_process.WaitForExit(5))
                continue;
            HearTheLast();
            return Errors.Contains(text, StringComparison.Ordinal);
        }

        return false;
    }

    /// <summary>kill -9.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
        HearTheLast();
    }

    public void Signal(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", Id.ToString()]);
        kill.WaitForExit();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
    }

    // Threads of their own: tests that wait take all of the pool's on a small machine, and what a program says would be heard
    // when it has long ended.
    private static Thread Listen(StreamReader stream, StringBuilder text)
    {
        var thread = new Thread(() =>
        {
            while (stream.ReadLine() is { } line)
            {
                lock (text)
                    text.Append(line).Append('\n');
            }
        })
        { IsBackground = true, Name = "a program's lines" };
        thread.Start();
        return thread;
    }

    // A process that the program has left behind may hold its streams open.
    private void HearTheLast() => Array.ForEach(_listeners, listener => listener.Join(s_lastWords));

    private static string Text(StringBuilder text)
    {
        lock (text)
            return text.ToString();
    }
}
