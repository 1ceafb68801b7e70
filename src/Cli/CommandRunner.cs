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
        ParseResult? parsed = null;
        try
        {
            RequireCurrentFolder();
            parsed = root.Parse(arguments);
            if (parsed.Errors.Count == 0)
                RefuseStrangeOption(parsed, arguments);
            if (ParseErrors.Find(parsed) is { } refused)
                throw refused;
            using var stop = parsed.Action is AsynchronousCommandLineAction ? new StopSignals() : null;
            // System.CommandLine's own handler starts only when an action first awaits; most of ours compute.
            var configuration = new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
            return await parsed.InvokeAsync(configuration, stop?.Token ?? CancellationToken.None);
        }
        catch (UserErrorException error)
        {
            ErrorReport.Write(error, error.Next ?? HelpFor(error, parsed));
            return (int)error.Kind;
        }
        catch (TorchMissingException missing)
        {
            ErrorReport.Write(new UserErrorException(ErrorKind.Missing, missing.Message, missing) { Next = TorchMissingException.Remedy });
            return (int)ErrorKind.Missing;
        }
        catch (Exception exhausted) when (exhausted is OutOfMemoryException or TorchException { IsOutOfMemory: true })
        {
            ErrorReport.Write(new UserErrorException(ErrorKind.Failed, $"the memory does not suffice: {exhausted.Message}", exhausted) { Next = "take a smaller batch or model, or free memory; what was stored before is kept" });
            return (int)ErrorKind.Failed;
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine("stopped; what was finished before is kept");
            return StopSignals.ExitCode;
        }
        catch (Exception unexpected) when (unexpected is IOException or UnauthorizedAccessException)
        {
            ErrorReport.Write(DiskFull.Is(unexpected) ? DiskFull.Of(unexpected, "then run the same again") : new UserErrorException(ErrorKind.Failed, unexpected.Message, unexpected));
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

    /// <summary>The next step for a wrong option where the error names none; of a wrong file the help tells nothing.</summary>
    private static string? HelpFor(UserErrorException error, ParseResult? parsed) =>
        parsed is not null && error.Kind == ErrorKind.WrongUsage && error.Where?.StartsWith("--", StringComparison.Ordinal) != false ? ParseErrors.Help(parsed) : null;

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
                ? $"did you mean '{nearest}'? {ParseErrors.Help(parsed)}"
                : $"{ParseErrors.Help(parsed)}; './{strange.Value}' names a file",
        };
    }
}
