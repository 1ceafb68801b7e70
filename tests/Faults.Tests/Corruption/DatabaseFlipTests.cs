using Microsoft.Data.Sqlite;
using SparseProf.Faults.Tests.Programs;
using SparseProf.Ops.Errors;
using SparseProf.Store;
using SparseProf.Testing;

namespace SparseProf.Faults.Tests.Corruption;

public sealed class DatabaseFlipTests : IDisposable
{
    private static readonly string[] s_tables = ["run", "library", "measurement", "caveat", "sample", "power", "calibration", "attempt"];
    private readonly Scratch _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public void A_database_with_one_changed_byte_is_refused_or_read_as_it_was_written()
    {
        var original = Inputs.Shard(_scratch["original.db"], 12, "device");
        var expected = Sound.Content(original, s_tables);
        using (var whole = new SqliteConnection($"Data Source={original};Pooling=False"))
        {
            whole.Open();
            using var command = whole.CreateCommand();
            // Small pages: less of the file is unused space, in which a change means nothing.
            command.CommandText = "PRAGMA journal_mode = DELETE; PRAGMA page_size = 512; VACUUM";
            command.ExecuteNonQuery();
        }

        var (refused, harmless) = (0, 0);
        var count = Flips.Each(File.ReadAllBytes(original), usualStride: 100, (bytes, place) =>
        {
            var path = _scratch[$"flip{place}.db"];
            File.WriteAllBytes(path, bytes);
            try
            {
                var content = Sound.Content(path, s_tables);
                Assert.True(content == expected, $"byte {place}: other content was read and nothing was said: {Difference(expected, content)}");
                harmless++;
            }
            catch (UserErrorException told)
            {
                Assert.NotEmpty(told.Message);
                refused++;
            }

            foreach (var file in Directory.GetFiles(_scratch.Folder, $"flip{place}.db*"))
                File.Delete(file);
        });

        Assert.True(refused > count / 20, $"{refused} of {count} were refused");
        FaultCounts.Tell($"bytes of a database changed: {refused:N0} refused, {harmless:N0} in unused space", count);
    }

    private static string Difference(string expected, string read) => string.Join(
        " <> ", expected.Split('\n').Zip(read.Split('\n')).Where(lines => lines.First != lines.Second).Select(lines => $"{lines.First} <> {lines.Second}").DefaultIfEmpty("more or fewer rows").First());

    [Fact]
    public void Merging_a_damaged_shard_names_it_and_leaves_the_output()
    {
        var shard = Inputs.Shard(_scratch["shard.db"], 12, "device");
        var damaged = Inputs.Shard(_scratch["damaged.db"], 12, "another");
        using (var connection = new SqliteConnection($"Data Source={damaged};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "UPDATE sample SET samples = zeroblob(length(samples)) WHERE measurement_id = 3";
            command.ExecuteNonQuery();
        }

        var error = Assert.Throws<UserErrorException>(() => Store.Merging.ShardMerge.Into(_scratch["out.db"], [shard, damaged], cancel: TestContext.Current.CancellationToken));

        Assert.Equal(damaged, error.Where);
        Assert.Contains("of the table sample is not what was written", error.Message);
        Assert.False(File.Exists(_scratch["out.db"]));
        Assert.Throws<UserErrorException>(() => StoreCheck.Check(damaged, TestContext.Current.CancellationToken));
    }
}
