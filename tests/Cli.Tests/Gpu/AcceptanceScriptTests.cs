using System.Diagnostics;

namespace SparseProf.Cli.Tests.Gpu;

/// <summary>scripts/gpu-acceptance.sh with a program that only notes what it is asked.</summary>
public sealed class AcceptanceScriptTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sparseprof-script").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task It_measures_then_records_and_leaves_tables_and_results()
    {
        var (code, asked) = await Run(exit: 1);
        Assert.Equal(1, code);
        Assert.Equal(2, asked.Length);
        Assert.Matches(@"^acceptance --db gpu\.db --minutes [1-9]\.\d\d --results results --resume$", asked[0]);
        Assert.StartsWith("measure --gpu 0 --quick --plan recording.csv --db recording.db", asked[1]);
        Assert.Equal("tables\n", await Text("out/tables.txt"));
        Assert.Equal("progress\n", await Text("out/progress.txt"));
        Assert.Equal("device\n", await Text("results/device/gpu.md"));
    }

    [Fact]
    public async Task Called_again_it_goes_on_and_records_only_once()
    {
        await Run(exit: 0);
        var (code, asked) = await Run(exit: 0);
        Assert.Equal(0, code);
        Assert.StartsWith("acceptance", Assert.Single(asked));
        var (_, again) = await Run(exit: 0, ("AGAIN", "1"));
        Assert.DoesNotContain("--resume", again[0]);
    }

    [Fact]
    public async Task Without_a_gpu_it_records_nothing_and_keeps_the_exit_code()
    {
        var (code, asked) = await Run(exit: 3);
        Assert.Equal(3, code);
        Assert.Single(asked);
    }

    private Task<string> Text(string file) => File.ReadAllTextAsync(Path.Combine(_folder, file), TestContext.Current.CancellationToken);

    private async Task<(int Code, string[] Asked)> Run(int exit, params (string Name, string Value)[] variables)
    {
        var program = Path.Combine(_folder, "program");
        var calls = Path.Combine(_folder, "calls");
        File.Delete(calls);
        await File.WriteAllTextAsync(program, $$"""
            #!/bin/sh
            echo "$*" >> {{calls}}
            [ "$1" = acceptance ] || { touch recording.db; exit 0; }
            touch gpu.db
            mkdir -p results/device
            echo device > results/device/gpu.md
            echo tables
            echo progress >&2
            exit {{exit}}
            """, TestContext.Current.CancellationToken);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var start = new ProcessStartInfo("sh", ["scripts/gpu-acceptance.sh"]) { WorkingDirectory = Root(), UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in variables.Concat([("PROGRAM", program), ("OUT", Path.Combine(_folder, "out")), ("RESULTS", Path.Combine(_folder, "results")), ("MINUTES", "9")]))
            start.Environment[name] = value;
        using var script = Process.Start(start)!;
        await SimulatedProgram.End(script);
        return (script.ExitCode, await File.ReadAllLinesAsync(calls, TestContext.Current.CancellationToken));
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "SparseProf.sln")))
            folder = folder.Parent;
        return folder.FullName;
    }
}
