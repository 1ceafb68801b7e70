using SparseProf.Ops.Errors;
using SparseProf.Workloads.Data.Images;

namespace SparseProf.Workloads.Tests.Data.Images;

/// <summary>Batches of the published size that hold made-up images.</summary>
public sealed class Cifar10Tests : IClassFixture<Cifar10Tests.Batches>, IDisposable
{
    private const int Record = 3073;
    private const int Images = 10_000;

    private readonly string _folder = Directory.CreateTempSubdirectory("sparseprof-cifar-").FullName;

    public Cifar10Tests(Batches batches)
    {
        foreach (var file in batches.Files)
            File.CreateSymbolicLink(Path.Combine(_folder, Path.GetFileName(file)), file);
    }

    [Fact]
    public void Batches_are_read_in_order_and_normalized()
    {
        RequiresTorch.OrSkip();
        var data = Cifar10.Open(_folder);
        Assert.Equal((50_000, 10_000, 10, null), (data.Train.Count, data.Validation.Count, data.Classes, data.Vocabulary));
        Assert.Equal(("train", "test"), (data.Train.Name, data.Validation.Name));
        var train = (ImageSplit)data.Train;
        Assert.Equal([0, 1, 2, 3, 4], Enumerable.Range(0, 5).Select(batch => (int)train.Image(batch * Images)[0]));
        Assert.Equal("frog", train.ClassNames[train.Label(6)]);
        using var taken = data.Validation.Take([3], 0);
        var red = taken.Inputs.Data<float>()[0];
        Assert.Equal((5 / 255f - 0.4914f) / 0.2470f, red, 1e-5f);
        Assert.Equal([1, 3, 32, 32], taken.Inputs.Shape);
    }

    [Fact]
    public void A_cut_off_batch_is_told_with_both_sizes()
    {
        Replace("data_batch_3.bin", content => content[..1000]);
        var error = Assert.Throws<UserErrorException>(() => Cifar10.Open(_folder));
        Assert.Equal("data_batch_3.bin has 1000 bytes instead of 30730000: it is cut off", error.Message);
        Assert.Equal($"'sparseprof data get cifar10 {_folder}' downloads and checks the data", error.Next);
    }

    [Theory]
    [InlineData(200, "image 2 is of class 200, but CIFAR-10 has 10 classes")]
    [InlineData(3, "5001 train images are of class cat instead of 5000")]
    public void A_batch_that_is_shifted_or_altered_is_told_by_its_classes(byte label, string message)
    {
        Replace("data_batch_1.bin", content =>
        {
            content[2 * Record] = label;
            return content;
        });
        Assert.StartsWith(message, Assert.Throws<UserErrorException>(() => Cifar10.Open(_folder)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_batch_is_named()
    {
        File.Delete(Path.Combine(_folder, "data_batch_5.bin"));
        Assert.Equal("data_batch_5.bin of cifar10 is missing", Assert.Throws<UserErrorException>(() => Cifar10.Open(_folder)).Message);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    // A label and a first pixel an image.
    private static byte[] Content(int batch)
    {
        var content = new byte[Images * Record];
        for (var i = 0; i < Images; i++)
        {
            content[i * Record] = (byte)(i % 10);
            content[i * Record + 1] = (byte)batch;
        }

        return content;
    }

    private void Replace(string name, Func<byte[], byte[]> change)
    {
        var path = Path.Combine(_folder, name);
        var content = change(File.ReadAllBytes(path));
        File.Delete(path);
        File.WriteAllBytes(path, content);
    }

    /// <summary>The batches are written once; each test links them into its own folder.</summary>
    public sealed class Batches : IDisposable
    {
        private readonly string _folder = Directory.CreateTempSubdirectory("sparseprof-batches-").FullName;

        public Batches()
        {
            for (var batch = 0; batch < 6; batch++)
                File.WriteAllBytes(Path.Combine(_folder, batch == 5 ? "test_batch.bin" : $"data_batch_{batch + 1}.bin"), Content(batch));
        }

        public string[] Files => Directory.GetFiles(_folder);

        public void Dispose() => Directory.Delete(_folder, recursive: true);
    }
}
