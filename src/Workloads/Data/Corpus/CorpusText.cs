using System.Security.Cryptography;
using System.Text;
using SparseProf.Ops.Errors;

namespace SparseProf.Workloads.Data.Corpus;

/// <summary>
/// Documents to train on and to validate with, each line once: what is said twice would be known by heart in validation. A
/// document in twenty is for validation, chosen by its name.
/// </summary>
public sealed record CorpusText(IReadOnlyList<Document> Train, IReadOnlyList<Document> Validation)
{
    private const int ValidationShare = 20;
    private const int FewestCharacters = 10_000;

    // Shorter lines are names and headings, which may come again.
    private const int ShortestRepeat = 16;

    public long Characters => Train.Concat(Validation).Sum(document => (long)document.Text.Length);

    /// <exception cref="UserErrorException">The files hold hardly any text.</exception>
    public static CorpusText Read(CorpusFiles files)
    {
        var (train, validation) = (new List<Document>(), new List<Document>());
        var seen = new HashSet<string>();
        foreach (var document in files.Files.SelectMany(file => Documents(file.Path, file.Name)))
        {
            var text = WithoutRepeats(document.Text, seen);
            if (text.Length > 0)
                (IsValidation(document.Name) ? validation : train).Add(document with { Text = text });
        }

        var corpus = new CorpusText(train, validation);
        return train.Count > 0 && validation.Count > 0 && corpus.Characters >= FewestCharacters
            ? corpus
            : throw new UserErrorException(
                ErrorKind.WrongUsage, $"{corpus.Characters} characters in {train.Count + validation.Count} documents ({validation.Count} for validation) are too little text to train on")
            {
                Where = files.Files is [var first, ..] ? Path.GetDirectoryName(first.Path) : null,
                Allowed = $"{FewestCharacters} characters or more in many files ({CorpusFiles.Extensions}); one file in {ValidationShare} is for validation",
                Next = "add files of text, or name another --data",
            };
    }

    private static List<Document> Documents(string path, string name)
    {
        var documents = new List<Document>();
        if (!path.EndsWith(".xml", StringComparison.OrdinalIgnoreCase))
            documents.Add(new Document(name, File.ReadAllText(path, Encoding.UTF8)));
        else
            XmlReference.TryRead(path, name, documents);
        return documents;
    }

    private static string WithoutRepeats(string text, HashSet<string> seen)
    {
        var kept = new StringBuilder(text.Length);
        foreach (var line in text.Split('\n'))
        {
            var trimmed = line.TrimEnd();
            if (trimmed.Length > 0 && (trimmed.Length < ShortestRepeat || seen.Add(trimmed)))
                kept.Append(trimmed).Append('\n');
        }

        return kept.ToString();
    }

    private static bool IsValidation(string name) => SHA256.HashData(Encoding.UTF8.GetBytes(name))[0] % ValidationShare == 0;
}
