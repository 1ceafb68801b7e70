using SparseProf.Ops.Errors;
using SparseProf.Workloads.Data.Files;

namespace SparseProf.Workloads.Tests.Data.Files;

public sealed class DataFolderTests : IDisposable
{
    private static readonly (string, byte[])[] s_files = [("a.bin", [1, 2, 3, 4]), ("b.bin", [5, 6])];
    private static readonly PublishedFile[] s_published = [new("a.bin", 4), new("b.bin")];

    private readonly string _folder = Directory.CreateTempSubdirectory("sparseprof-folder-").FullName;

    [Theory]
    [InlineData("small.zip")]
    [InlineData("small.tar.gz")]
    public void What_was_unpacked_is_read_and_checked_again(string file)
    {
        var archive = Unpack(file);
        var folder = new DataFolder(archive, _folder);
        Assert.True(folder.HasSums);
        Assert.Equal([1, 2, 3, 4], folder.Read("a.bin"));
        Assert.Equal([5, 6], new DataFolder(archive, Path.Combine(_folder, "inside")).Read("b.bin"));
        Assert.False(File.Exists(Path.Combine(_folder, "inside", "other.bin")));
    }

    [Fact]
    public void A_file_altered_after_unpacking_is_told_with_both_sums()
    {
        var archive = Unpack("small.zip");
        File.WriteAllBytes(Path.Combine(_folder, "inside", "a.bin"), [1, 2, 3, 5]);
        var error = Assert.Throws<UserErrorException>(() => new DataFolder(archive, _folder).Read("a.bin"));
        Assert.Matches("^a.bin was altered since it was unpacked: its SHA-256 is [0-9a-f]{64} instead of [0-9a-f]{64}$", error.Message);
        Assert.Equal($"'sparseprof data get small {_folder}' downloads and checks the data", error.Next);
    }

    [Fact]
    public void A_file_of_the_wrong_size_is_told_with_the_right_one()
    {
        var archive = Unpack("small.zip");
        File.Delete(Path.Combine(_folder, "inside", DataFolder.ListName));
        File.WriteAllBytes(Path.Combine(_folder, "inside", "a.bin"), [1]);
        var error = Assert.Throws<UserErrorException>(() => new DataFolder(archive, _folder).Read("a.bin"));
        Assert.Equal("a.bin has 1 bytes instead of 4: it is cut off", error.Message);
        Assert.StartsWith("4 bytes, from small.zip (", error.Allowed, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_is_named()
    {
        var archive = Unpack("small.zip");
        File.Delete(Path.Combine(_folder, "inside", "b.bin"));
        var error = Assert.Throws<UserErrorException>(() => new DataFolder(archive, _folder).Read("b.bin"));
        Assert.Equal("b.bin of small is missing", error.Message);
        Assert.Equal(Path.Combine(_folder, "inside", "b.bin"), error.Where);
    }

    [Fact]
    public void No_folder_and_one_that_is_not_there_are_told_apart()
    {
        Assert.Equal("sst2 needs the folder with its files", Assert.Throws<UserErrorException>(() => new DataFolder(PublishedArchive.Sst2, null)).Message);
        Assert.Equal("the folder with sst2 does not exist", Assert.Throws<UserErrorException>(() => new DataFolder(PublishedArchive.Sst2, "/no/such")).Message);
    }

    [Fact]
    public void An_archive_without_a_file_that_is_needed_is_refused()
    {
        var content = SmallArchive.Zip("inside", s_files[0]);
        File.WriteAllBytes(Path.Combine(_folder, "small.zip"), content);
        var error = Assert.Throws<UserErrorException>(() => ArchiveExtraction.Run(Path.Combine(_folder, "small.zip"), SmallArchive.Describe(content, "small.zip", s_published), _folder));
        Assert.Equal("the archive has no inside/b.bin", error.Message);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private PublishedArchive Unpack(string file)
    {
        (string, byte[])[] all = [.. s_files, ("other.bin", [9])];
        var content = file.EndsWith(".zip", StringComparison.Ordinal) ? SmallArchive.Zip("inside", all) : SmallArchive.TarGz("inside", all);
        var path = Path.Combine(_folder, file);
        File.WriteAllBytes(path, content);
        var archive = SmallArchive.Describe(content, file, s_published);
        Assert.Equal(Path.Combine(_folder, "inside"), ArchiveExtraction.Run(path, archive, _folder));
        return archive;
    }
}
