namespace SparseProf.Cli.Tests.Gpu;

/// <summary>scripts/gpu-acceptance.sh on the machine itself, with a program that only notes what it is asked.</summary>
public sealed class AcceptanceScriptTests : IDisposable
{
    private readonly AcceptanceScript _script = new();

    public void Dispose() => _script.Dispose();

    [Fact]
    public async Task It_measures_then_records_and_leaves_tables_and_results()
    {
        _script.ExitCode = 1;
        var ended = await _script.Run();
        Assert.True(ended.ExitCode == 1, ended.Errors);
        Assert.Equal(2, _script.Asked.Length);
        Assert.Matches(@"^acceptance --db gpu\.db --minutes [1-9]\.\d\d --results results --resume$", _script.Asked[0]);
        Assert.StartsWith("measure --gpu 0 --quick --plan gpu-recording.csv --db recording.db", _script.Asked[1]);
        Assert.Equal("tables\n", _script.Text("out here/tables.txt"));
        Assert.Contains("progress\n", _script.Text("out here/progress.txt"));
        Assert.Contains("progress\n", ended.Errors);
        Assert.Equal("device\n", _script.Text("results/device/gpu.md"));
    }

    [Fact]
    public async Task Called_again_it_goes_on_and_records_only_once()
    {
        await _script.Run();
        var ended = await _script.Run();
        Assert.True(ended.ExitCode == 0, ended.Errors);
        Assert.StartsWith("acceptance", Assert.Single(_script.Asked));
        await _script.Run(("AGAIN", "1"));
        Assert.DoesNotContain("--resume", _script.Asked[0]);
    }

    [Fact]
    public async Task Without_a_gpu_it_records_nothing_and_keeps_the_exit_code()
    {
        _script.ExitCode = 3;
        Assert.Equal(3, (await _script.Run()).ExitCode);
        Assert.Single(_script.Asked);
    }

    [Fact]
    public async Task Stopped_it_ends_the_program_and_keeps_what_that_has()
    {
        using var script = await _script.StartHeld();
        await AcceptanceScript.Stop(script);
        var ended = await SimulatedProgram.End(script);
        Assert.True(ended.ExitCode == 130, ended.Errors);
        Assert.Contains("stopping after the current step", ended.Errors);
        Assert.Equal("tables\n", _script.Text("out here/tables.txt"));
        Assert.Single(_script.Asked);
    }

    [Fact]
    public async Task Killed_it_leaves_the_program_at_work_and_the_next_call_sees_it_end()
    {
        using var script = await _script.StartHeld();
        script.Kill(entireProcessTree: false);
        _script.LetGo();
        var ended = await _script.Run();
        Assert.True(ended.ExitCode == 0, ended.Errors);
        Assert.Equal("tables\n", _script.Text("out here/tables.txt"));
    }
}
