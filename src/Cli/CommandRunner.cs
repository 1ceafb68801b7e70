using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using SparseProf.Cli.Output;
using SparseProf.Ops.Errors;
using SparseProf.Torch;

namespace SparseProf.Cli;

/// <summary>Runs the command that the arguments name and turns its outcome into messages and an exit code.</summary>
internal static class CommandRunner
{
    public static async Task<int> RunAsync(RootCommand root, string[] arguments)
    {
        try
        {
            RequireCurrentFolder();
            var parsed = root.Parse(arguments);
            if (parsed.Errors.Count > 0)
                return WrongUsage(parsed);
            RefuseStrangeOption(parsed, arguments);
            using var stop = parsed.Action is AsynchronousCommandLineAction ? new StopSignals() : null;
            // System.CommandLine's own handler starts only when an action first awaits; most of ours compute.
            var configuration = new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
            return await parsed.InvokeAsync(configuration, stop?.Token ?? CancellationToken.None);
        }
        catch (UserErrorException error)
        {
            ErrorReport.Write(error);
            return (int)error.Kind;
        }
        catch (TorchMissingException missing)
        {
            ErrorReport.Write(new UserErrorException(ErrorKind.Missing, missing.Message, missing) { Next = TorchMissingException.Remedy });
            return (int)ErrorKind.Missing;
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine("stopped; what was finished before is kept");
            return StopSignals.ExitCode;
        }
        catch (Exception unexpected) when (unexpected is IOException or UnauthorizedAccessException)
        {
            ErrorReport.Write(new UserErrorException(ErrorKind.Failed, unexpected.Message, unexpected));
            return (int)ErrorKind.Failed;
        }
#pragma warning disable CA1031 // the last line of defence: a user never sees a stack trace unless asked for
        catch (Exception bug)
#pragma warning restore CA1031
        {
            ErrorReport.WriteBug(bug);
            return (int)ErrorKind.Failed;
        }
    }

    /// <summary>A folder that another program removed still is a current folder, but no path can be made from it.</summary>
    private static void RequireCurrentFolder()
    {
        try
        {
            _ = Environment.CurrentDirectory;
        }
        catch (FileNotFoundException gone)
        {
            throw new UserErrorException(ErrorKind.Failed, "the current folder was removed", gone) { Next = "change to a folder that exists and run again" };
        }
    }

    /// <summary>A mistyped option must not be taken for the file or the name that a command has room for.</summary>
    private static void RefuseStrangeOption(ParseResult parsed, string[] arguments)
    {
        var command = parsed.CommandResult.Command;
        var taken = command.Arguments.Select(parsed.GetResult).OfType<ArgumentResult>().SelectMany(result => result.Tokens);
        if (arguments.Contains("--") || taken.FirstOrDefault(token => token.Value.StartsWith("--", StringComparison.Ordinal)) is not { } strange)
            return;
        throw new UserErrorException(ErrorKind.WrongUsage, $"unknown option '{strange.Value}'")
        {
            Next = Suggestion.Nearest(strange.Value, [.. command.Options.Select(option => option.Name)]) is { } nearest
                ? $"did you mean '{nearest}'? '{CommandPath(parsed)} --help' lists what is allowed"
                : $"'{CommandPath(parsed)} --help' lists what is allowed; './{strange.Value}' names a file",
        };
    }

    private static int WrongUsage(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        var known = command.Options.Select(option => option.Name).Concat(command.Subcommands.Select(sub => sub.Name)).ToList();
        var strange = parsed.UnmatchedTokens is [var first, ..] ? first : null;
        ErrorReport.Write(new UserErrorException(ErrorKind.WrongUsage, string.Join(" ", parsed.Errors.Select(error => Plain(error.Message))))
        {
            Next = strange is not null && Suggestion.Nearest(strange, known) is { } nearest
                ? $"did you mean '{nearest}'? '{CommandPath(parsed)} --help' lists what is allowed"
                : $"'{CommandPath(parsed)} --help' lists what is allowed",
        });
        return (int)ErrorKind.WrongUsage;
    }

    /// <summary>The parser's message with types called as people call them.</summary>
    private static string Plain(string message) => message
        .Replace("System.Nullable`1[System.Int32]", "System.Int32", StringComparison.Ordinal)
        .Replace("System.Nullable`1[System.Double]", "System.Double", StringComparison.Ordinal)
        .Replace("as expected type 'System.Int32'", "as a whole number of at most 2147483647", StringComparison.Ordinal)
        .Replace("as expected type 'System.Double'", "as a number", StringComparison.Ordinal);

    private static string CommandPath(ParseResult parsed)
    {
        var names = new List<string>();
        for (SymbolResult? result = parsed.CommandResult; result is CommandResult command; result = command.Parent)
            names.Insert(0, command.Command is RootCommand ? "sparseprof" : command.Command.Name);
        return string.Join(' ', names);
    }
}
