using System.CommandLine;
using SparseProf.Cli.Commands;
using SparseProf.Cli.Tests.Measure;

namespace SparseProf.Cli.Tests;

[Collection(ConsoleCapture.Name)]
public class HelpTests
{
    public static TheoryData<string> Verbs() => [.. Paths(CommandTree.Build(), "")];

    [Theory]
    [MemberData(nameof(Verbs))]
    public async Task Every_verb_explains_itself_with_examples_whatever_it_requires(string verb)
    {
        var (code, output, errors) = await ConsoleCapture.RunAsync([.. verb.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]);

        Assert.Equal(0, code);
        Assert.Empty(errors);
        Assert.Contains("Usage:", output);
        Assert.Contains("Examples:", output);
    }

    private static IEnumerable<string> Paths(Command command, string path) =>
        command.Subcommands.Where(sub => !sub.Hidden).SelectMany(sub => Paths(sub, $"{path} {sub.Name}".Trim())).Prepend(path);
}
