namespace SparseProf.Workloads.Data.Files;

/// <summary>A data set as its authors offer it: one archive, known by size and sums.</summary>
/// <param name="Name">What the command line calls it.</param>
/// <param name="Bytes">Of the archive.</param>
/// <param name="Md5">Lower-case hexadecimal, as are all sums here.</param>
/// <param name="SumsFrom">Who published the sums.</param>
/// <param name="Folder">The folder inside the archive, and below the user's folder.</param>
public sealed record PublishedArchive(
    string Name, Uri Address, long Bytes, string Md5, string Sha256, string SumsFrom, string Folder, IReadOnlyList<PublishedFile> Files)
{
    public string FileName => Path.GetFileName(Address.LocalPath);

    public static PublishedArchive Sst2 { get; } = new(
        "sst2",
        new Uri("https://dl.fbaipublicfiles.com/glue/data/SST-2.zip"),
        7_439_277,
        "9f81648d4199384278b86e315dac217c",
        "d67e16fb55739c1b32cdce9877596db1c127dc322d93c082281f64057c16deaa",
        "MD5 by torchtext, SHA-256 by Hugging Face datasets; GLUE publishes none",
        "SST-2",
        [new("train.tsv"), new("dev.tsv")]);

    public static PublishedArchive Cifar10 { get; } = new(
        "cifar10",
        new Uri("https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz"),
        170_052_171,
        "c32a1d4ab5d03f1284b67883e8d87530",
        "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd",
        "MD5 by the authors; SHA-256 of the archive with that MD5, by its users",
        "cifar-10-batches-bin",
        [.. Enumerable.Range(1, 5).Select(i => $"data_batch_{i}.bin").Append("test_batch.bin").Select(name => new PublishedFile(name, 30_730_000))]);

    public static IReadOnlyList<PublishedArchive> All { get; } = [Sst2, Cifar10];
}

/// <summary>A file that is needed of an archive.</summary>
/// <param name="Bytes">Null where no size is published.</param>
public sealed record PublishedFile(string Name, long? Bytes = null);
