using SparseProf.Ops.Errors;
using SparseProf.Workloads.Data.Files;
using SparseProf.Workloads.Data.Text;

namespace SparseProf.Workloads.Tests.Data.Text;

public sealed class Sst2Tests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sparseprof-sst2-").FullName;

    [Fact]
    public void Sentences_and_labels_are_read_as_GLUE_writes_them()
    {
        Write("dev.tsv", "sentence\tlabel", "it 's a charming and often affecting journey . \t1", "unflinchingly bleak and desperate \t0");
        var (texts, labels) = Sst2.Read(new DataFolder(PublishedArchive.Sst2, _folder), "dev.tsv", 2);
        Assert.Equal(["it 's a charming and often affecting journey .", "unflinchingly bleak and desperate"], texts);
        Assert.Equal([1, 0], labels);
    }

    [Fact]
    public void A_cut_off_file_is_told_by_its_sentences() =>
        Assert.Equal("dev.tsv has 1 sentences instead of 872: it is cut off", Fails("sentence\tlabel", "fine \t1").Message);

    [Fact]
    public void A_strange_row_is_told_with_its_line()
    {
        var error = Fails("sentence\tlabel", "fine \t1", "no label here");
        Assert.Equal("'no label here' is not a sentence, a tab, and 0 or 1", error.Message);
        Assert.Equal(Path.Combine(_folder, "dev.tsv") + ":3", error.Where);
    }

    [Fact]
    public void Spaces_around_a_label_do_not_change_it()
    {
        Write("dev.tsv", "sentence\tlabel", "fine\t 1 ", "dull \t0\r");
        Assert.Equal([1, 0], Sst2.Read(new DataFolder(PublishedArchive.Sst2, _folder), "dev.tsv", 2).Labels);
    }

    [Fact]
    public void A_label_without_a_sentence_is_refused() =>
        Assert.Equal("'  \t1' is not a sentence, a tab, and 0 or 1", Fails("sentence\tlabel", "  \t1").Message);

    [Fact]
    public void Bytes_that_are_no_text_are_told_with_their_line()
    {
        File.WriteAllBytes(Path.Combine(_folder, "dev.tsv"), [.. "sentence\tlabel\nfine "u8, 0xC3, 0x28, .. "\t1\n"u8]);
        var error = Assert.Throws<UserErrorException>(() => Sst2.Read(new DataFolder(PublishedArchive.Sst2, _folder), "dev.tsv", 1));
        Assert.Equal("'fine \uFFFD(\t1' is not UTF-8", error.Message);
        Assert.Equal(Path.Combine(_folder, "dev.tsv") + ":2", error.Where);
    }

    [Fact]
    public void Another_header_is_quoted() =>
        Assert.Equal("the first line is 'label,text' instead of 'sentence', a tab, 'label'", Fails("label,text", "1,fine").Message);

    [Fact]
    public void The_whole_set_is_opened_with_the_folder_s_vocabulary_or_a_learned_one()
    {
        RequiresTorch.OrSkip();
        Write("train.tsv", ["sentence\tlabel", .. Enumerable.Range(0, Sst2.TrainSentences).Select(i => $"a film that is {(i % 2 == 0 ? "dull" : "not dull , ever , in its many long hours")} \t{i % 2}")]);
        Write("dev.tsv", ["sentence\tlabel", .. Enumerable.Range(0, Sst2.ValidationSentences).Select(i => $"dull film \t{i % 2}")]);
        var learned = Sst2.Open(_folder, 8, vocabulary: 60);
        Assert.Equal((67_349, 872, 2, false), (learned.Train.Count, learned.Validation.Count, learned.Classes, learned.Synthetic));
        Assert.InRange(learned.Vocabulary!.Value, 20, 60);
        var train = (SentenceSplit)learned.Train;
        Assert.Equal(["short", "long, negated"], new[] { 0, 1 }.Select(i => train.GroupNames[train.Group(i)]));

        Write("vocab.txt", "[PAD]", "[UNK]", "[CLS]", "[SEP]", "dull", "film");
        using var batch = Sst2.Open(_folder, 6, null).Validation.Take([0, 1], 0);
        Assert.Equal([2, 4, 5, 3, 0, 0, 2, 4, 5, 3, 0, 0], batch.Inputs.Data<long>());
        Assert.Equal([0, 1], batch.Labels.Data<long>());
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private UserErrorException Fails(params string[] lines)
    {
        Write("dev.tsv", lines);
        return Assert.Throws<UserErrorException>(() => Sst2.Read(new DataFolder(PublishedArchive.Sst2, _folder), "dev.tsv", Sst2.ValidationSentences));
    }

    private void Write(string name, params string[] lines) => File.WriteAllLines(Path.Combine(_folder, name), lines);
}
