namespace SparseProf.Cli.Tests.Gpu;

/// <summary>scripts/gpu-acceptance.sh with another machine, which is a folder behind an <c>ssh</c> of the tests' own.</summary>
public sealed class AcceptanceOverSshTests : IDisposable
{
    private readonly AcceptanceScript _script = new("user@machine");

    public void Dispose() => _script.Dispose();

    [Fact]
    public async Task Program_and_databases_go_there_and_everything_comes_back()
    {
        _script.ExitCode = 1;
        var ended = await _script.Run();
        Assert.True(ended.ExitCode == 1, ended.Errors);
        Assert.Equal(2, _script.Asked.Length);
        Assert.Equal("tables\n", ended.Output);
        Assert.Contains("progress\n", ended.Errors);
        Assert.Equal("measured\n", _script.Text("out here/gpu.db"));
        Assert.Equal("device\n", _script.Text("results/device/gpu.md"));
        Assert.Empty(_script.FoldersThere);

        await _script.Run();
        Assert.EndsWith("--resume", Assert.Single(_script.Asked));
        Assert.Equal("measured\nmeasured\n", _script.Text("out here/gpu.db"));
    }

    [Fact]
    public async Task A_machine_that_refuses_is_told_in_a_sentence()
    {
        _script.Cut();
        var ended = await _script.Run();
        Assert.Equal(1, ended.ExitCode);
        Assert.Contains("user@machine does not answer over ssh", ended.Errors);
    }

    [Fact]
    public async Task A_connection_that_dies_is_made_again()
    {
        using var script = await _script.StartHeld();
        _script.Cut(times: 2);
        _script.BreakConnection();
        await _script.Mended();
        _script.LetGo();
        var ended = await SimulatedProgram.End(script);
        Assert.True(ended.ExitCode == 0, ended.Errors);
        Assert.Contains("the connection to user@machine is lost; trying again", ended.Errors);
        Assert.Equal("measured\n", _script.Text("out here/gpu.db"));
    }

    [Fact]
    public async Task Where_it_stays_dead_the_measurement_goes_on_and_the_next_call_fetches_it()
    {
        using var script = await _script.StartHeld(("TRIES", "1"));
        _script.Cut();
        _script.BreakConnection();
        var lost = await SimulatedProgram.End(script);
        Assert.Equal(1, lost.ExitCode);
        Assert.Contains("what runs there goes on", lost.Errors);

        _script.Mend();
        _script.LetGo();
        var ended = await _script.Run();
        Assert.True(ended.ExitCode == 0, ended.Errors);
        Assert.Contains("call again to measure what is left", ended.Errors);
        Assert.Equal("measured\n", _script.Text("out here/gpu.db"));
        Assert.Empty(_script.FoldersThere);
    }

    [Fact]
    public async Task Stopped_here_it_ends_there_and_fetches_what_there_is()
    {
        using var script = await _script.StartHeld();
        await AcceptanceScript.Stop(script);
        var ended = await SimulatedProgram.End(script);
        Assert.True(ended.ExitCode == 130, ended.Errors);
        Assert.Equal("measured\n", _script.Text("out here/gpu.db"));
        Assert.Empty(_script.FoldersThere);
    }
}
