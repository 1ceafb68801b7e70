using System.Diagnostics;

namespace SparseProf.Cli.Tests.Gpu;

/// <summary>scripts/gpu-acceptance.sh with a program that only notes what it is asked, here or behind an <c>ssh</c> that can be cut.</summary>
internal sealed class AcceptanceScript : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sparseprof-script").FullName;
    private readonly string? _machine;

    public AcceptanceScript(string? machine = null)
    {
        _machine = machine;
        Directory.CreateDirectory(There);
        Directory.CreateDirectory(Path.Combine(_folder, "bin"));
        // A cut that counts heals by itself; broken connections end as ssh ends them.
        Executable(Path.Combine("bin", "ssh"), $$"""
            #!/bin/sh
            while :; do
                case $1 in -o) shift 2 ;; -n) shift ;; -O) exit 0 ;; *) break ;; esac
            done
            shift
            if [ -f '{{_folder}}/cut' ]; then
                left=$(cat '{{_folder}}/cut')
                [ "$left" -gt 1 ] && echo $((left - 1)) > '{{_folder}}/cut' || [ "$left" -eq 0 ] || rm '{{_folder}}/cut'
                exit 255
            fi
            case $* in *' follow '*) echo $$ > '{{_folder}}/follower' ;; esac
            exec 3<&0
            TMPDIR='{{There}}' setsid sh -c "$*" <&3 3<&- &
            child=$!
            trap 'kill -TERM -$child; exit 255' TERM
            wait $child
            """);
    }

    /// <summary>Of the program.</summary>
    public int ExitCode { get; set; }

    /// <summary>What the program was asked in the latest call of the script.</summary>
    public string[] Asked => File.ReadAllLines(Path.Combine(_folder, "calls"));

    /// <summary>What is left on the other machine.</summary>
    public string[] FoldersThere => Directory.GetDirectories(There);

    private string There => Path.Combine(_folder, "over there");

    public void Dispose()
    {
        LetGo();
        Directory.Delete(_folder, recursive: true);
    }

    public string Text(string file) => File.ReadAllText(Path.Combine(_folder, file));

    public async Task<Ended> Run(params (string Name, string Value)[] variables)
    {
        using var script = Start(variables);
        return await SimulatedProgram.End(script);
    }

    private Process Start(params (string Name, string Value)[] variables)
    {
        var program = Executable("program", $$"""
            #!/bin/sh
            echo "$*" >> '{{_folder}}/calls'
            [ "$1" = acceptance ] || { touch recording.db; exit 0; }
            echo measured >> gpu.db
            mkdir -p results/device
            echo device > results/device/gpu.md
            echo tables
            echo progress >&2
            trap 'exit 130' TERM
            [ ! -f '{{_folder}}/hold' ] || touch '{{_folder}}/held'
            while [ -f '{{_folder}}/hold' ]; do sleep 0.1; done
            exit {{ExitCode}}
            """);
        File.Delete(Path.Combine(_folder, "calls"));
        var start = new ProcessStartInfo("sh", ["scripts/gpu-acceptance.sh", .. _machine is null ? Array.Empty<string>() : [_machine]])
        {
            WorkingDirectory = Root(),
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        (string, string)[] usual =
        [
            ("PROGRAM", program), ("OUT", Path.Combine(_folder, "out here")), ("RESULTS", Path.Combine(_folder, "results")), ("MINUTES", "9"), ("PAUSE_S", "0"),
            ("PATH", $"{Path.Combine(_folder, "bin")}:{Environment.GetEnvironmentVariable("PATH")}"),
        ];
        foreach (var (name, value) in usual.Concat(variables))
            start.Environment[name] = value;
        return Process.Start(start)!;
    }

    /// <summary>As Ctrl-C, which is ignored by what a test runner in the background starts.</summary>
    public static async Task Stop(Process script)
    {
        using var kill = Process.Start("kill", [$"{script.Id}"]);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>The program stays at work until it is let go.</summary>
    /// <summary>A script whose program is at work, and ends when it is let go.</summary>
    public async Task<Process> StartHeld(params (string Name, string Value)[] variables)
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "hold"), "");
        var script = Start(variables);
        await Until(() => File.Exists(Path.Combine(_folder, "held")));
        return script;
    }

    public void LetGo() => File.Delete(Path.Combine(_folder, "hold"));

    /// <param name="times">After which connections succeed again; 0: never.</param>
    public void Cut(int times = 0) => File.WriteAllText(Path.Combine(_folder, "cut"), $"{times}");

    public void Mend() => File.Delete(Path.Combine(_folder, "cut"));

    public Task Mended() => Until(() => !File.Exists(Path.Combine(_folder, "cut")));

    /// <summary>The connection over which progress is shown.</summary>
    public void BreakConnection()
    {
        using var kill = Process.Start("kill", [Text("follower").Trim()]);
        kill.WaitForExit();
    }

    private static async Task Until(Func<bool> reached)
    {
        for (var left = 600; !reached(); left--)
        {
            Assert.True(left > 0, "not reached within a minute");
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }
    }

    private string Executable(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return path;
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "SparseProf.sln")))
            folder = folder.Parent;
        return folder.FullName;
    }
}
