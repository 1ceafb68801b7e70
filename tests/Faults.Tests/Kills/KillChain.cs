using System.Diagnostics;
using SparseProf.Faults.Tests.Programs;
using SparseProf.Testing;

namespace SparseProf.Faults.Tests.Kills;

/// <summary>Runs a command again and again and kills it (kill -9) at random moments.</summary>
internal sealed class KillChain(int seed)
{
    private const int ToldEvery = 10;

    // Kills that come when the command has long ended count for nothing: what it took lately, on this machine's load, bounds them.
    private const int Lately = 5;
    private readonly Random _random = new(FaultCounts.Seed(seed));
    private readonly Queue<TimeSpan> _ended = new();

    /// <summary>How often the command was killed before it had ended by itself.</summary>
    public int Kills { get; private set; }

    /// <summary>Starts the command and kills it at a random moment; what it had said by then.</summary>
    /// <param name="within">How long it takes; later the longest of the last five times that it ended by itself.</param>
    /// <param name="killed">False where it ended by itself first.</param>
    public CliProcess StartAndKill(TimeSpan within, string[] arguments, out bool killed)
    {
        var cli = CliProcess.Start(arguments);
        var moment = (_ended.Count == Lately ? _ended.Max() : within) * _random.NextDouble();
        var clock = Stopwatch.StartNew();
        killed = !cli.EndsWithin(moment - clock.Elapsed > TimeSpan.Zero ? moment - clock.Elapsed : TimeSpan.Zero);
        if (killed)
        {
            cli.Kill();
            Kills++;
            if (Kills % ToldEvery == 0)
                FaultCounts.Tell($"so far kill -9 of {arguments[0]}", Kills);
        }

        cli.WaitForExit();
        if (!killed)
            Keep(clock.Elapsed);
        Sound.Words(cli.Errors);
        return cli;
    }

    /// <summary>How long a command takes undisturbed.</summary>
    public static TimeSpan TimeOf(params string[] arguments)
    {
        var clock = Stopwatch.StartNew();
        var (code, _, errors) = CliProcess.Run(arguments);
        Assert.True(code == 0, errors);
        return clock.Elapsed;
    }

    private void Keep(TimeSpan ended)
    {
        _ended.Enqueue(ended);
        if (_ended.Count > Lately)
            _ended.Dequeue();
    }
}
