using SparseProf.Torch;

namespace SparseProf.Workloads.Data.Text;

/// <summary>Sentences of which each has one class, as WordPiece tokens of one length. There is no attention mask: the models have none.</summary>
public sealed class SentenceSplit : ClassificationSplit
{
    private readonly WordPiece _tokenizer;
    private readonly int[] _labels;
    private readonly int[] _groups;
    private readonly Lazy<long[]> _tokens;

    public SentenceSplit(WordPiece tokenizer, int sequence, IReadOnlyList<string> texts, int[] labels, int[] groups)
    {
        _tokenizer = tokenizer;
        _labels = labels;
        _groups = groups;
        Sequence = sequence;
        Texts = texts;
        _tokens = new Lazy<long[]>(Encode);
    }

    public IReadOnlyList<string> Texts { get; }

    /// <summary>Tokens an example.</summary>
    public int Sequence { get; }

    public override int Label(int example) => _labels[example];

    public override int Group(int example) => _groups.Length == 0 ? 0 : _groups[example];

    /// <summary>Tokens [batch, sequence]; there is no augmentation of text.</summary>
    public override Batch Take(ReadOnlySpan<int> examples, ulong augmentationSeed)
    {
        var inputs = Aten.Empty([examples.Length, Sequence], ScalarType.Int64);
        var labels = Aten.Empty([examples.Length], ScalarType.Int64);
        var tokens = inputs.Data<long>();
        var classes = labels.Data<long>();
        for (var i = 0; i < examples.Length; i++)
        {
            _tokens.Value.AsSpan(examples[i] * Sequence, Sequence).CopyTo(tokens[(i * Sequence)..]);
            classes[i] = _labels[examples[i]];
        }

        return new Batch(inputs, labels);
    }

    public override ClassificationSplit Corrupt(Corruption corruption, ulong seed)
    {
        var corrupted = Texts.Select((text, i) => TextCorruptions.Apply(text, corruption, seed, i)).ToList();
        return new SentenceSplit(_tokenizer, Sequence, corrupted, _labels, _groups)
        {
            Name = Name,
            Synthetic = Synthetic,
            Count = Count,
            Classes = Classes,
            ClassNames = ClassNames,
            GroupNames = GroupNames,
        };
    }

    private long[] Encode()
    {
        var tokens = new long[(long)Texts.Count * Sequence];
        for (var i = 0; i < Texts.Count; i++)
            _tokenizer.Encode(Texts[i], tokens.AsSpan(i * Sequence, Sequence));
        return tokens;
    }
}
