using System.Diagnostics;
using System.Text;

namespace SparseProf.Cli.Tests.Gpu;

/// <summary>The program as a process on a machine whose only GPU is simulated.</summary>
internal static class SimulatedProgram
{
    /// <param name="plants">Properties and faults of the GPU: see tests/SimulatedGpu/simulator.h.</param>
    public static async Task<Ended> Run(string plants, string faults, params string[] arguments)
    {
        using var program = Start(plants, faults, null, arguments);
        return await End(program);
    }

    public static Process Start(string plants, string faults, string? lostFile, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "sparseprof.dll"), .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        start.Environment["SPARSEPROF_LIB_DIR"] = SimulatedGpu.FolderOrSkip();
        start.Environment["SPARSEPROF_CASE_TIMEOUT_S"] = "20";
        start.Environment["SIMULATED_GPU"] = plants;
        start.Environment["SIMULATED_GPU_FAULTS"] = faults;
        start.Environment["SIMULATED_GPU_LOST"] = lostFile ?? "/nonexistent/lost";
        return Process.Start(start)!;
    }

    /// <summary>Ctrl-C after a line of progress, so that a test does not depend on how fast the machine is.</summary>
    /// <param name="line">How the line begins.</param>
    public static async Task<Ended> RunUntil(string line, string plants, string faults, params string[] arguments)
    {
        using var program = Start(plants, faults, null, arguments);
        var read = new StringBuilder();
        while (await program.StandardError.ReadLineAsync(TestContext.Current.CancellationToken) is { } said)
        {
            read.AppendLine(said);
            if (said.StartsWith(line, StringComparison.Ordinal))
                break;
        }

        using (var kill = Process.Start("kill", ["-INT", $"{program.Id}"]))
            await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        var ended = await End(program);
        return ended with { Errors = read + ended.Errors };
    }

    public static async Task<Ended> End(Process program)
    {
        var cancel = TestContext.Current.CancellationToken;
        var (errors, output) = (program.StandardError.ReadToEndAsync(cancel), program.StandardOutput.ReadToEndAsync(cancel));
        try
        {
            await program.WaitForExitAsync(cancel).WaitAsync(TimeSpan.FromMinutes(10), cancel);
        }
        catch (TimeoutException)
        {
            program.Kill(entireProcessTree: true);
            throw;
        }

        return new Ended(program.ExitCode, await output, await errors);
    }
}

internal sealed record Ended(int ExitCode, string Output, string Errors);
