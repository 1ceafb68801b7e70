using SparseProf.Ops.Errors;
using SparseProf.Workloads.Data.Files;

namespace SparseProf.Workloads.Data.Images;

/// <summary>
/// CIFAR-10 (Krizhevsky 2009) from its binary batches: 50,000 images to train on, 10,000 to test with. A record is a byte
/// of label and the planes of <see cref="ImageSplit"/>.
/// </summary>
public static class Cifar10
{
    public const string Name = "cifar10";

    public const int TrainImages = 50_000;

    public const int TestImages = 10_000;

    private const int Record = 1 + ImageSplit.Bytes;
    private const string Test = "test_batch.bin";

    private static readonly string[] s_classNames = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"];

    // Over the training images, as commonly used.
    private static readonly ImageNormalization s_normalization = new([0.4914f, 0.4822f, 0.4465f], [0.2470f, 0.2435f, 0.2616f]);

    /// <exception cref="UserErrorException">A batch is missing, cut off, altered, or holds no CIFAR-10.</exception>
    public static DataSet Open(string? folder)
    {
        var files = new DataFolder(PublishedArchive.Cifar10, folder);
        return new DataSet(
            Name,
            Synthetic: false,
            Read(files, "train", [.. PublishedArchive.Cifar10.Files.Select(file => file.Name).Where(name => name != Test)]),
            Read(files, "test", [Test]),
            s_classNames.Length,
            null);
    }

    private static ImageSplit Read(DataFolder files, string part, string[] names)
    {
        var perFile = TestImages;
        var (pixels, labels) = (new byte[names.Length * perFile * ImageSplit.Bytes], new byte[names.Length * perFile]);
        for (var file = 0; file < names.Length; file++)
        {
            var content = files.Read(names[file]);
            for (var i = 0; i < perFile; i++)
            {
                var record = content.AsSpan(i * Record, Record);
                if (record[0] >= s_classNames.Length)
                    throw files.WrongContent(names[file], $"image {i} is of class {record[0]}, but CIFAR-10 has {s_classNames.Length} classes from 0: this is no batch of it");
                labels[file * perFile + i] = record[0];
                record[1..].CopyTo(pixels.AsSpan((file * perFile + i) * ImageSplit.Bytes));
            }
        }

        CheckBalance(files, part, names, labels);
        return new ImageSplit(pixels, labels, [], s_normalization)
        {
            Name = part,
            Synthetic = false,
            Count = labels.Length,
            Classes = s_classNames.Length,
            ClassNames = s_classNames,
        };
    }

    // Every class occurs equally often in both parts, which a wrong or shifted file hardly does.
    private static void CheckBalance(DataFolder files, string part, string[] names, byte[] labels)
    {
        foreach (var (label, count) in labels.CountBy(label => label))
        {
            if (count * s_classNames.Length != labels.Length)
                throw files.WrongContent(names.Length == 1 ? names[0] : "", $"{count} {part} images are of class {s_classNames[label]} instead of {labels.Length / s_classNames.Length}: a batch was altered");
        }
    }
}
