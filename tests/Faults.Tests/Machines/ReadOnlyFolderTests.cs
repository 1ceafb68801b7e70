using SparseProf.Faults.Tests.Programs;
using SparseProf.Testing;

namespace SparseProf.Faults.Tests.Machines;

public sealed class ReadOnlyFolderTests : IDisposable
{
    private readonly Scratch _scratch = new();

    public static TheoryData<string> Commands => [.. WritingCommands.Names];

    public void Dispose() => _scratch.Dispose();

    [Theory]
    [MemberData(nameof(Commands))]
    public void A_folder_that_cannot_be_written_is_said_in_a_sentence(string name)
    {
        if (WritingCommands.NeedsTorch(name))
            RequiresTorch.OrSkip();
        using var disk = SmallDisk.OfOrSkip(1 << 20);
        disk.MakeReadOnly();

        var (code, _, errors) = CliProcess.Run(new WritingCommands(_scratch).Arguments(name, disk.Folder));

        Sound.Words(errors);
        Assert.Contains("error: ", errors);
        Assert.InRange(code, 1, 2);
    }

    [Fact]
    public void A_database_in_a_read_only_folder_is_read()
    {
        using var disk = SmallDisk.OfOrSkip(8 << 20);
        Inputs.Shard(disk["shard.db"], 20, "device");
        disk.MakeReadOnly();

        var (code, output, errors) = CliProcess.Run("check", disk["shard.db"]);
        Assert.True(code == 0, errors);
        Assert.Contains("sound", output);
        var report = CliProcess.Run("report", "--db", disk["shard.db"], "--html", _scratch["report.html"]);
        Assert.True(report.ExitCode == 0, report.Errors);
    }
}
