using System.Text;
using SparseProf.Ops.Errors;
using SparseProf.Workloads.Data.Files;

namespace SparseProf.Workloads.Data.Text;

/// <summary>
/// GLUE SST-2 (Socher et al. 2013; Wang et al. 2019): sentences of film reviews, 67,349 to train on and 872 to validate
/// with; the labels of its test part are not published. The vocabulary is the vocab.txt in the folder, or learned from the
/// training sentences.
/// </summary>
public static class Sst2
{
    public const string Name = "sst2";

    public const int TrainSentences = 67_349;

    public const int ValidationSentences = 872;

    public const int LearnedVocabulary = 8_000;

    private const string VocabularyFile = "vocab.txt";
    private const string Header = "sentence\tlabel";

    // What a reader of UTF-8 puts in the place of other bytes; no published sentence holds it.
    private const char NotUtf8 = '\uFFFD';

    // From this many words on a sentence is long; about half are.
    private const int LongSentence = 10;

    private static readonly string[] s_classNames = ["negative", "positive"];
    private static readonly string[] s_groupNames = ["short", "long", "short, negated", "long, negated"];
    private static readonly HashSet<string> s_negations = ["not", "n't", "no", "never", "nothing", "neither", "nor", "none", "without", "hardly"];

    /// <param name="sequence">Tokens an example.</param>
    /// <param name="vocabulary">Tokens to learn where there is no vocab.txt; null for the usual.</param>
    /// <exception cref="UserErrorException">A file is missing, cut off, altered, or not SST-2; a vocabulary without [UNK].</exception>
    public static DataSet Open(string? folder, int sequence, int? vocabulary)
    {
        var files = new DataFolder(PublishedArchive.Sst2, folder);
        var (train, trainLabels) = Read(files, "train.tsv", TrainSentences);
        var (validation, validationLabels) = Read(files, "dev.tsv", ValidationSentences);
        var tokenizer = new WordPiece(FindVocabulary(folder!, files.Path) ?? WordPieceTraining.Learn(train, vocabulary ?? LearnedVocabulary));
        return new DataSet(Name, Synthetic: false, Split("train", train, trainLabels), Split("validation", validation, validationLabels), s_classNames.Length, tokenizer.Vocabulary.Count);

        SentenceSplit Split(string part, List<string> texts, List<int> labels) => new(tokenizer, sequence, texts, [.. labels], [.. texts.Select(GroupOf)])
        {
            Name = part,
            Synthetic = false,
            Count = texts.Count,
            Classes = s_classNames.Length,
            ClassNames = s_classNames,
            GroupNames = s_groupNames,
        };
    }

    internal static (List<string> Texts, List<int> Labels) Read(DataFolder files, string name, int expected)
    {
        var (texts, labels) = (new List<string>(), new List<int>());
        using var reader = new StreamReader(new MemoryStream(files.Read(name)), Encoding.UTF8);
        if (reader.ReadLine() is var header && header?.TrimEnd() != Header)
            throw files.WrongContent(name, $"the first line is '{header}' instead of 'sentence', a tab, 'label'", 1);
        for (var line = 2; reader.ReadLine() is { } row; line++)
        {
            if (row.Contains(NotUtf8))
                throw files.WrongContent(name, $"'{Start(row)}' is not UTF-8", line);
            var tab = row.LastIndexOf('\t');
            var (text, label) = (row[..Math.Max(tab, 0)].Trim(), row[(tab + 1)..].Trim());
            if (text.Length == 0 || label is not ("0" or "1"))
                throw files.WrongContent(name, $"'{Start(row)}' is not a sentence, a tab, and 0 or 1", line);
            texts.Add(text);
            labels.Add(label[0] - '0');
        }

        return texts.Count == expected
            ? (texts, labels)
            : throw files.WrongContent(name, $"{name} has {texts.Count} sentences instead of {expected}: it is {(texts.Count < expected ? "cut off" : "not the published file")}");
    }

    private static string Start(string row) => row.Length > 40 ? row[..40] + "…" : row;

    private static Vocabulary? FindVocabulary(string given, string folder)
    {
        var path = new[] { given, folder }.Select(place => Path.Combine(place, VocabularyFile)).FirstOrDefault(File.Exists);
        return path is null ? null : Vocabulary.Read(path);
    }

    private static int GroupOf(string text)
    {
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return (words.Length >= LongSentence ? 1 : 0) + (words.Any(s_negations.Contains) ? 2 : 0);
    }
}
