using System.ComponentModel;
using System.Diagnostics;
using SparseProf.Ops.Errors;

namespace SparseProf.Cli.Sweep.Engines;

/// <summary>Runs Slurm's own commands; arguments go to them as they are, no shell between.</summary>
internal static class SlurmCommands
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);

    /// <exception cref="UserErrorException">The command is not installed, failed, or does not answer.</exception>
    public static string Run(string command, params IReadOnlyList<string> arguments) =>
        Try(command, arguments) is var (exitCode, output, errors) && exitCode == 0
            ? output
            : throw new UserErrorException(ErrorKind.Failed, $"{command} refused: {(errors.Trim() is { Length: > 0 } said ? said.Replace("\n", "; ", StringComparison.Ordinal) : $"exit code {exitCode}")}")
            {
                Where = $"{command} {ShellQuote.Line(arguments)}",
                Next = "what a device asks of Slurm stands under devices.NAME.slurm of the plan; 'sinfo' shows what the cluster has",
            };

    /// <summary>What a command said, whatever its exit code.</summary>
    /// <exception cref="UserErrorException">The command is not installed, or does not answer.</exception>
    public static (int ExitCode, string Output, string Errors) Try(string command, params IReadOnlyList<string> arguments)
    {
        try
        {
            var start = new ProcessStartInfo(command, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, UseShellExecute = false };
            using var process = Process.Start(start)!;
            process.StandardInput.Close();
            var errors = process.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEndAsync();
            if (!process.WaitForExit(s_patience))
            {
                process.Kill(entireProcessTree: true);
                throw new UserErrorException(ErrorKind.Failed, $"{command} does not answer within {s_patience.TotalMinutes:0} min") { Next = "look whether the cluster's controller runs, then 'sparseprof sweep resume'" };
            }

            return (process.ExitCode, output.GetAwaiter().GetResult(), errors.GetAwaiter().GetResult());
        }
        catch (Win32Exception missing)
        {
            throw new UserErrorException(ErrorKind.Missing, $"{command} was not found", missing)
            {
                Where = "--engine slurm",
                Next = "run on a machine that submits to the cluster, or install Slurm's commands (Debian: apt-get install slurm-client); --engine local needs none",
            };
        }
    }
}
