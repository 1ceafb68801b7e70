using System.Diagnostics;
using SparseProf.Store;
using SparseProf.Testing;

namespace SparseProf.Cli.Tests;

/// <summary>The program as a process, stopped from outside.</summary>
public sealed class StopSignalsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sparseprof-stop").FullName;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public async Task A_stopped_measurement_ends_by_itself_and_keeps_what_it_has(string signal)
    {
        RequiresTorch.OrSkip();
        var database = Path.Combine(_folder, "runs.db");
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "sparseprof.dll"), "measure", "--suite", "kernels", "--db", database])
        {
            UseShellExecute = false,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        using var program = Process.Start(start)!;
        // The first group has begun: from here on there is something to stop.
        while (await program.StandardError.ReadLineAsync(Cancel) is { } line && !line.Contains("[1/", StringComparison.Ordinal))
        {
        }

        using (var kill = Process.Start("kill", ["-" + signal, $"{program.Id}"]))
            await kill.WaitForExitAsync(Cancel);
        var (errors, output) = (program.StandardError.ReadToEndAsync(Cancel), program.StandardOutput.ReadToEndAsync(Cancel));
        await program.WaitForExitAsync(Cancel).WaitAsync(TimeSpan.FromMinutes(2), Cancel);

        Assert.Equal(130, program.ExitCode);
        Assert.Contains("stopping after the current step; everything done so far is kept", await errors);
        Assert.Contains("next: the same command with --resume goes on where this run stopped", await output);
        using var reader = MeasurementReader.Open(database);
        Assert.Equal("interrupted", Assert.Single(reader.Runs()).Outcome);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
