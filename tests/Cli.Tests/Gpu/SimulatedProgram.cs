using System.Diagnostics;

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
