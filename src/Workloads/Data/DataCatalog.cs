using SparseProf.Ops.Errors;
using SparseProf.Workloads.Data.Corpus;
using SparseProf.Workloads.Data.Files;
using SparseProf.Workloads.Data.Images;
using SparseProf.Workloads.Data.Synthetic;
using SparseProf.Workloads.Data.Text;

namespace SparseProf.Workloads.Data;

/// <summary>The data sets that SparseProf knows by name.</summary>
public static class DataCatalog
{
    public static IReadOnlyList<DataEntry> All { get; } =
    [
        new(SyntheticVision.Name, "32×32 images, 10 classes: shapes with textures", Synthetic: true, 10_000, 2_000,
            options => SyntheticVision.Create(options.Synthetic)),
        new(SyntheticSentiment.Name, "sentences, 2 classes: a grammar with negation and distractors", Synthetic: true, 10_000, 2_000,
            options => SyntheticSentiment.Create(options.Synthetic, options.Sequence)),
        new(Sst2.Name, "GLUE SST-2: sentences of film reviews, 2 classes", Synthetic: false, Sst2.TrainSentences, Sst2.ValidationSentences,
            options => Sst2.Open(options.Folder, options.Sequence, options.Vocabulary)) { Archive = PublishedArchive.Sst2 },
        new(Cifar10.Name, "CIFAR-10: 32×32 photographs, 10 classes", Synthetic: false, Cifar10.TrainImages, Cifar10.TestImages,
            options => Cifar10.Open(options.Folder)) { Archive = PublishedArchive.Cifar10 },
        new(TextCorpus.Name, "text for language models: any folder, or the .NET SDK's reference", Synthetic: false, null, null,
            options => TextCorpus.Open(options.Folder, options.Vocabulary ?? TextCorpus.UsualVocabulary, options.Sequence, TokenCache.OfUser())),
    ];

    /// <summary>Makes or reads a data set.</summary>
    /// <exception cref="UserErrorException">No data set has this name, or its files are missing or not what they should be.</exception>
    public static DataSet Open(string name, DataOptions options) => Find(name).Open(options.Checked());

    /// <exception cref="UserErrorException">No data set has this name.</exception>
    public static DataEntry Find(string name, string? where = null) =>
        All.FirstOrDefault(entry => string.Equals(entry.Name, name, StringComparison.OrdinalIgnoreCase))
        ?? throw Suggestion.UnknownName("data set", name, [.. All.Select(entry => entry.Name)], where);
}

/// <summary>A data set of the catalog.</summary>
/// <param name="Train">Examples to train on; null where that depends on the text.</param>
public sealed record DataEntry(string Name, string Description, bool Synthetic, int? Train, int? Validation, Func<DataOptions, DataSet> Open)
{
    /// <summary>Where its files come from; null for what needs none.</summary>
    public PublishedArchive? Archive { get; init; }
}

/// <summary>How to open a data set.</summary>
/// <param name="Folder">Where its files lie; null for what needs none.</param>
/// <param name="Sequence">Tokens an example of text; the paper's where nothing is said.</param>
/// <param name="Vocabulary">Tokens to learn where there is no vocabulary; null for the usual.</param>
public sealed record DataOptions(string? Folder = null, int Sequence = 128, int? Vocabulary = null)
{
    /// <summary>The start, a token and the end.</summary>
    public const int ShortestSequence = 3;

    /// <summary>What synthetic sets are made with.</summary>
    public SyntheticOptions Synthetic { get; init; } = new();

    internal DataOptions Checked() => Sequence >= ShortestSequence
        ? this
        : throw new UserErrorException(ErrorKind.WrongUsage, $"{Sequence} tokens make no example") { Allowed = $"{ShortestSequence} or more" };
}
