using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace SparseProf.Cli.Output;

/// <summary>Adds examples below the help of a command.</summary>
internal static class Example
{
    /// <summary>Lines of <c>command  # what it does</c>, shown under "Examples:" by <c>--help</c>.</summary>
    public static TCommand WithExamples<TCommand>(this TCommand command, params string[] examples)
        where TCommand : Command
    {
        var help = command.Options.OfType<HelpOption>().FirstOrDefault();
        if (help is null)
        {
            help = new HelpOption();
            command.Options.Add(help);
        }

        help.Action = new HelpWithExamples((SynchronousCommandLineAction)help.Action!, examples);
        return command;
    }

    private sealed class HelpWithExamples(SynchronousCommandLineAction inner, string[] examples) : SynchronousCommandLineAction
    {
        // Who asks for help need not have given what the command requires.
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            var code = inner.Invoke(parseResult);
            var output = parseResult.InvocationConfiguration.Output;
            output.WriteLine("Examples:");
            foreach (var example in examples)
                output.WriteLine($"  {example}");
            return code;
        }
    }
}
