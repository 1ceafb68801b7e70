using SparseProf.Faults.Tests.Programs;
using SparseProf.Testing;

namespace SparseProf.Faults.Tests.Machines;

public sealed class FullDiskTests : IDisposable
{
    private const long Enough = 64 << 20;

    // The disk is full at other moments: at once, while the schema is made, in the middle of the data.
    private static readonly long[] s_sizes = [4 << 10, 48 << 10, 160 << 10, 208 << 10];
    private readonly Scratch _scratch = new();

    // The others write less than a disk's smallest block, or nothing of a synthetic device.
    public static TheoryData<string> Commands => [.. WritingCommands.Names.Except(["measure results", "profiles export"])];

    public void Dispose() => _scratch.Dispose();

    [Theory]
    [MemberData(nameof(Commands))]
    public void A_full_disk_is_said_in_a_sentence_and_more_space_is_all_it_takes_to_go_on(string name)
    {
        if (WritingCommands.NeedsTorch(name))
            RequiresTorch.OrSkip();
        var commands = new WritingCommands(_scratch);
        var full = 0;
        foreach (var size in s_sizes.Take(Math.Max(2, FaultCounts.Of(2))))
        {
            using var disk = SmallDisk.OfOrSkip(size);
            var arguments = commands.Arguments(name, disk.Folder);
            var (code, output, errors) = CliProcess.Run(arguments);
            Sound.Words(errors);
            if (code != 0)
            {
                full++;
                Assert.Equal(1, code);
                // A sweep tells of its tasks, which are programs of their own, beside its own errors.
                var said = output + errors;
                Assert.True(said.Contains("error: ", StringComparison.Ordinal) || said.Contains("given up: ", StringComparison.Ordinal), said);
                Assert.True(said.Contains("disk is full", StringComparison.Ordinal) || said.Contains("disk was full", StringComparison.Ordinal) || said.Contains("No space left", StringComparison.Ordinal), said);
            }

            disk.Resize(Enough);
            foreach (var database in Directory.GetFiles(disk.Folder, "*.db", SearchOption.AllDirectories).Where(Sound.HasBegun))
                Sound.Database(database);
            var again = CliProcess.Run(commands.Again(name, disk.Folder));
            Assert.True(again.ExitCode == 0, $"with {size} bytes, then enough: {again.Output}{again.Errors}");
            Sound.Folder(disk.Folder);
        }

        Assert.True(full > 0, "no disk was small enough to be filled");
        FaultCounts.Tell($"disk full in {name}", full);
    }
}
