using System.Globalization;
using SparseProf.Ops.Errors;

namespace SparseProf.Workloads.Data.Corpus;

/// <summary>Text for language models: any folder of it, or what the .NET SDK brings.</summary>
public static class TextCorpus
{
    public const string Name = "text";

    /// <summary>Its name where the text is the SDK's.</summary>
    public const string SdkName = "dotnet-reference";

    /// <summary>Tokens for small language models.</summary>
    public const int UsualVocabulary = 2048;

    /// <summary>256 bytes, one learned token, the end of a document.</summary>
    public const int SmallestVocabulary = 258;

    public const int LargestVocabulary = ushort.MaxValue + 1;

    /// <param name="folder">Null for the SDK's reference documentation.</param>
    /// <param name="sequence">Tokens an example.</param>
    /// <exception cref="UserErrorException">No text, too little of it, or a size out of range.</exception>
    public static DataSet Open(string? folder, int vocabulary, int sequence, TokenCache cache)
    {
        if (vocabulary is < SmallestVocabulary or > LargestVocabulary)
        {
            throw new UserErrorException(ErrorKind.WrongUsage, string.Create(CultureInfo.InvariantCulture, $"a vocabulary of {vocabulary} tokens cannot be learned"))
            {
                Allowed = $"{SmallestVocabulary} (256 bytes, one learned token, the end of a document) to {LargestVocabulary}",
            };
        }

        var files = CorpusFiles.Find(folder is null ? SdkReference.Folders() : [folder]);
        var corpus = cache.GetOrMake(files, vocabulary);
        var name = $"{(folder is null ? SdkName : Name)}-{files.Sha256[..8]}";
        return new DataSet(name, Synthetic: false, Split("train", corpus.Train), Split("validation", corpus.Validation), corpus.Encoding.Vocabulary, corpus.Encoding.Vocabulary);

        TokenSplit Split(string part, ushort[] tokens) => new(tokens, sequence)
        {
            Name = part,
            Synthetic = false,
            Count = TokenSplit.SequencesIn(tokens.Length, sequence) is > 0 and var count
                ? count
                : throw new UserErrorException(ErrorKind.WrongUsage, $"{tokens.Length} tokens of {part} text make no sequence of {sequence}")
                {
                    Where = folder,
                    Allowed = $"text of more than {sequence} tokens for training, and as many for validation",
                    Next = "name a --data with more text, or shorter sequences",
                },
            Classes = corpus.Encoding.Vocabulary,
        };
    }
}
