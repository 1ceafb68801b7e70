using System.Diagnostics;
using SparseProf.Cli.Sweep.Engines;
using SparseProf.Cli.Sweep.Estimates;
using SparseProf.Cli.Sweep.Folder;
using SparseProf.Cli.Sweep.Plan;
using SparseProf.Ops.Units;

namespace SparseProf.Cli.Tests.Sweep;

/// <summary>Nothing that a plan or a path says is ever read as a command.</summary>
public sealed class QuotingTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sparseprof-quote-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    public static TheoryData<string> Words() =>
    [
        "plain", "two words", "it's", "'; touch pwned; '", "$(touch pwned)", "`touch pwned`", "a\nb\ntouch pwned", "-rf", "--wrap=id", "a\\", "\"", "*", "~", "$HOME", "!!", "é λ", "a\n#SBATCH --wrap=id",
    ];

    [Theory]
    [MemberData(nameof(Words))]
    public void A_shell_reads_a_quoted_word_back_as_it_is(string word)
    {
        var (exitCode, output) = Shell($"printf '%s' {ShellQuote.Word(word)}", _folder);

        Assert.Equal((0, word), (exitCode, output));
        Assert.False(File.Exists(Path.Combine(_folder, "pwned")));
    }

    [Theory]
    [MemberData(nameof(Words))]
    public void A_job_script_in_a_folder_of_any_name_runs_its_task_and_nothing_else(string name)
    {
        var root = Path.Combine(_folder, name);
        Directory.CreateDirectory(root);
        var file = Path.Combine(_folder, "plan.yaml");
        File.WriteAllText(file, "kernels: [{op: softmax, rows: 1, columns: 1}]");
        var plan = PlanReader.Read(file);
        var tasks = TaskPacking.Pack(new CaseEstimator(plan).Estimate(PlanCases.Of(plan).Cases), new Seconds(1));
        var sweep = SweepFolder.Create(root, new SweepInfo("id", DateTimeOffset.UnixEpoch, "", "slurm", "", 0, plan.Devices, [new TaskInfo(1, "cpu", 1, 1, 1, 1)]), plan, tasks);
        var array = new JobArray(sweep, 1, [(1, 0)]);
        array.Write();

        // No attempt is allowed, so the program only finds its folder and task, and says so.
        var (exitCode, output) = Shell($"SLURM_ARRAY_TASK_ID=1 sh {ShellQuote.Word(array.ScriptPath)} 2>&1", root);

        Assert.Equal((1, "task 1 has had its 0 attempts\n"), (exitCode, output));
        Assert.Empty(Directory.GetFiles(_folder, "pwned", SearchOption.AllDirectories));
    }

    [Fact]
    public void Arrays_are_found_again_in_their_folder()
    {
        var file = Path.Combine(_folder, "plan.yaml");
        File.WriteAllText(file, "kernels: [{op: softmax, rows: 1, columns: 1}]");
        var plan = PlanReader.Read(file);
        var tasks = TaskPacking.Pack(new CaseEstimator(plan).Estimate(PlanCases.Of(plan).Cases), new Seconds(1));
        var sweep = SweepFolder.Create(_folder, new SweepInfo("id", DateTimeOffset.UnixEpoch, "", "slurm", "", 0, plan.Devices, []), plan, tasks);
        new JobArray(sweep, 2, [(7, 3), (9, 4)]).Write();

        var found = Assert.Single(JobArray.Of(sweep));

        Assert.Equal([(7, 3), (9, 4)], found.Tasks);
        Assert.Equal("id.2", found.Name);
        Assert.Null(found.Id);
        var alive = SlurmStates.Alive("id.2|1|RUNNING|None\nid.2|2|PENDING|Resources\nid.2|3|RUNNING|None\nother|1|RUNNING|None\nnonsense\n", new Dictionary<string, JobArray> { ["id.2"] = found });
        Assert.Equal(new Dictionary<int, string> { [7] = "running", [9] = "pending (Resources)" }, alive);
        Assert.Empty(SlurmStates.Alive("id.2|1|COMPLETED|None\nid.2|2|NODE_FAIL|None\n", new Dictionary<string, JobArray> { ["id.2"] = found }));
    }

    private static (int ExitCode, string Output) Shell(string script, string folder)
    {
        using var process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", script]) { RedirectStandardOutput = true, UseShellExecute = false, WorkingDirectory = folder })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output);
    }
}
