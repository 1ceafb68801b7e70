using SparseProf.Faults.Tests.Programs;
using SparseProf.Testing;

namespace SparseProf.Faults.Tests.Machines;

public sealed class SignalTests : IDisposable
{
    private const int EndedBySignal = 130, EndedByTerm = 143;
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(5);
    private readonly Scratch _scratch = new();

    public static TheoryData<string, string> Commands
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var signal in new[] { "INT", "TERM" })
            {
                foreach (var name in new[] { "measure", "train", "import kernels", "merge", "report", "train sweep", "sweep" })
                    data.Add(name, signal);
            }

            return data;
        }
    }

    public void Dispose() => _scratch.Dispose();

    [Theory]
    [MemberData(nameof(Commands))]
    public void A_signal_at_any_moment_ends_the_command_soon_and_leaves_a_sound_database(string name, string signal)
    {
        if (WritingCommands.NeedsTorch(name))
            RequiresTorch.OrSkip();
        var commands = new WritingCommands(_scratch);
        var random = new Random(FaultCounts.Seed(5));
        var whole = Kills.KillChain.TimeOf(commands.Arguments(name, Directory.CreateDirectory(_scratch["undisturbed"]).FullName));
        var sent = 0;
        for (var i = 0; i < FaultCounts.Of(1); i++)
        {
            var folder = Directory.CreateDirectory(_scratch[$"signal{i}"]).FullName;
            var arguments = commands.Arguments(name, folder);
            using (var cli = Start(arguments))
            {
                if (!cli.EndsWithin(whole * random.NextDouble()))
                {
                    cli.Signal(signal);
                    sent++;
                }

                Assert.True(cli.EndsWithin(s_patience), $"goes on {s_patience} after SIG{signal}");
                cli.WaitForExit();
                Sound.Words(cli.Errors);
                Assert.Contains(cli.ExitCode, new[] { 0, EndedBySignal, EndedByTerm });
            }

            var again = CliProcess.Run(commands.Again(name, folder));
            Assert.True(again.ExitCode == 0, again.Output + again.Errors);
            Sound.Folder(folder);
        }

        FaultCounts.Tell($"SIG{signal} in {name}", sent);
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public void The_live_page_ends_at_a_signal(string signal)
    {
        var database = Inputs.Shard(_scratch["shard.db"], 5, "device");
        using var cli = Start("serve", "--db", database, "--json");
        while (!cli.Output.Contains("http://", StringComparison.Ordinal) && !cli.HasExited)
            Thread.Sleep(20);

        cli.Signal(signal);

        Assert.True(cli.EndsWithin(s_patience));
        cli.WaitForExit();
        Sound.Words(cli.Errors);
        Assert.Contains(cli.ExitCode, new[] { 0, EndedBySignal, EndedByTerm });
    }

    // A test run in the background of a shell has SIGINT ignored, and so have its children unless told otherwise.
    private static CliProcess Start(params string[] arguments) => CliProcess.StartUnder(["env", "--default-signal=INT"], new Dictionary<string, string>(), arguments);
}
