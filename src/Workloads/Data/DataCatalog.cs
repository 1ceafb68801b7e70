using SparseProf.Ops.Errors;
using SparseProf.Workloads.Data.Corpus;
using SparseProf.Workloads.Data.Synthetic;

namespace SparseProf.Workloads.Data;

/// <summary>The data sets that SparseProf knows by name.</summary>
public static class DataCatalog
{
    /// <summary>Tokens of a sentence in the paper.</summary>
    public const int UsualSequence = 128;

    /// <summary>Tokens of a corpus for small language models.</summary>
    public const int UsualVocabulary = 2048;

    public static IReadOnlyList<string> Names { get; } = [SyntheticVision.Name, SyntheticSentiment.Name, TextCorpus.Name];

    /// <summary>Makes or reads a data set.</summary>
    /// <exception cref="UserErrorException">No data set has this name, or its files are missing or not what they should be.</exception>
    public static DataSet Open(string name, DataOptions options) => name.ToLowerInvariant() switch
    {
        SyntheticVision.Name => SyntheticVision.Create(options.Synthetic),
        SyntheticSentiment.Name => SyntheticSentiment.Create(options.Synthetic, options.Sequence),
        TextCorpus.Name => TextCorpus.Open(options.Folder, options.Vocabulary, options.Sequence, TokenCache.OfUser()),
        _ => throw Suggestion.UnknownName("data set", name, Names),
    };
}

/// <summary>How to open a data set.</summary>
/// <param name="Folder">Where its files lie; null for what needs none.</param>
/// <param name="Sequence">Tokens an example of text.</param>
/// <param name="Vocabulary">Tokens to learn where there is no vocabulary.</param>
public sealed record DataOptions(string? Folder = null, int Sequence = DataCatalog.UsualSequence, int Vocabulary = DataCatalog.UsualVocabulary)
{
    /// <summary>What synthetic sets are made with.</summary>
    public SyntheticOptions Synthetic { get; init; } = new();
}
