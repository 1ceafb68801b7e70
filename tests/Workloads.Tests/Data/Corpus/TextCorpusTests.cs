using SparseProf.Ops.Errors;
using SparseProf.Workloads.Data.Corpus;

namespace SparseProf.Workloads.Tests.Data.Corpus;

public sealed class TextCorpusTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sparseprof-corpus-").FullName;

    private string CacheFolder => _folder + "-cache";

    [Fact]
    public void The_same_text_gives_the_same_tokens_from_the_cache_and_without_it()
    {
        WriteDocuments(_folder);
        var cache = new TokenCache(CacheFolder);
        var files = CorpusFiles.Find([_folder]);
        var made = cache.GetOrMake(files, 400);
        var known = cache.GetOrMake(files, 400);
        Assert.NotSame(made, known);
        Assert.Equal(made.Train, known.Train);
        Assert.Equal(made.Validation, known.Validation);
        Assert.Equal(made.Encoding.Merges, known.Encoding.Merges);
        Assert.Single(Directory.GetFiles(CacheFolder));
    }

    [Fact]
    public void A_cache_that_was_cut_off_is_made_again()
    {
        WriteDocuments(_folder);
        var cache = new TokenCache(CacheFolder);
        var files = CorpusFiles.Find([_folder]);
        var made = cache.GetOrMake(files, 400);
        var file = Directory.GetFiles(CacheFolder).Single();
        var whole = File.ReadAllBytes(file);
        File.WriteAllBytes(file, whole[..(whole.Length / 2)]);
        Assert.Equal(made.Train, cache.GetOrMake(files, 400).Train);
        Assert.Equal(whole, File.ReadAllBytes(file));
    }

    [Fact]
    public void No_document_and_no_long_line_is_in_both_parts()
    {
        WriteDocuments(_folder);
        var text = CorpusText.Read(CorpusFiles.Find([_folder]));
        Assert.InRange(text.Validation.Count, 1, 20);
        Assert.Equal(100, text.Train.Count + text.Validation.Count);
        Assert.Empty(text.Train.Select(document => document.Name).Intersect(text.Validation.Select(document => document.Name)));
        var lines = text.Train.Concat(text.Validation).SelectMany(document => document.Text.Split('\n')).Where(line => line.Length >= 16).ToList();
        Assert.Equal(lines.Count, lines.Distinct().Count());
        Assert.Single(lines, "This line is in every document.");
    }

    [Fact]
    public void A_label_is_the_token_behind_its_input()
    {
        RequiresTorch.OrSkip();
        var split = new TokenSplit([10, 11, 12, 13, 14, 15, 16, 17], sequence: 3) { Name = "train", Synthetic = false, Count = TokenSplit.SequencesIn(8, 3), Classes = 20 };
        Assert.Equal(2, split.Count);
        using var batch = split.Take([1, 0], 0);
        Assert.Equal([13, 14, 15, 10, 11, 12], batch.Inputs.Data<long>());
        Assert.Equal([14, 15, 16, 11, 12, 13], batch.Labels.Data<long>());
    }

    [Fact]
    public void Too_little_text_is_refused_with_what_is_needed()
    {
        File.WriteAllText(Path.Combine(_folder, "a.txt"), "hardly anything");
        var error = Assert.Throws<UserErrorException>(() => CorpusText.Read(CorpusFiles.Find([_folder])));
        Assert.StartsWith("16 characters in 1 documents", error.Message, StringComparison.Ordinal);
        Assert.StartsWith("10000 characters or more in many files (.txt", error.Allowed, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_without_text_is_told_what_text_is()
    {
        File.WriteAllText(Path.Combine(_folder, "picture.png"), "no text");
        var error = Assert.Throws<UserErrorException>(() => CorpusFiles.Find([_folder]));
        Assert.Equal(("the folder holds no text", _folder), (error.Message, error.Where));
        Assert.StartsWith("files that end in .txt, ", error.Allowed, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_is_not_there_is_named()
    {
        var error = Assert.Throws<UserErrorException>(() => CorpusFiles.Find(["/no/such/folder"]));
        Assert.Equal("/no/such/folder", error.Where);
    }

    [Theory]
    [InlineData(257)]
    [InlineData(65_537)]
    public void A_vocabulary_that_cannot_be_learned_is_refused(int vocabulary)
    {
        var error = Assert.Throws<UserErrorException>(() => TextCorpus.Open(_folder, vocabulary, 8, new TokenCache(CacheFolder)));
        Assert.StartsWith("258 (256 bytes", error.Allowed, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        Directory.Delete(_folder, recursive: true);
        if (Directory.Exists(CacheFolder))
            Directory.Delete(CacheFolder, recursive: true);
    }

    private static void WriteDocuments(string folder)
    {
        for (var i = 0; i < 100; i++)
            File.WriteAllText(Path.Combine(folder, $"{i:00}.txt"), string.Concat(Enumerable.Range(0, 12).Select(line => $"Document {i} says in line {line} that {i * line} apples fell.\n")) + "This line is in every document.\n");
    }
}
