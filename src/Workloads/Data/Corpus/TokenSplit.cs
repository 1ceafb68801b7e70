using SparseProf.Torch;

namespace SparseProf.Workloads.Data.Corpus;

/// <summary>A stream of tokens cut into sequences; the label of a token is the one behind it.</summary>
public sealed class TokenSplit(ushort[] tokens, int sequence) : DataSplit
{
    /// <summary>Tokens an example.</summary>
    public int Sequence => sequence;

    /// <summary>Whole sequences with a token behind each.</summary>
    public static int SequencesIn(long tokens, int sequence) => (int)Math.Max(0, (tokens - 1) / sequence);

    /// <summary>Inputs and labels [batch, sequence]; there is no augmentation of text.</summary>
    public override Batch Take(ReadOnlySpan<int> examples, ulong augmentationSeed)
    {
        var inputs = Aten.Empty([examples.Length, sequence], ScalarType.Int64);
        var labels = Aten.Empty([examples.Length, sequence], ScalarType.Int64);
        var before = inputs.Data<long>();
        var next = labels.Data<long>();
        for (var i = 0; i < examples.Length; i++)
        {
            var from = tokens.AsSpan(examples[i] * sequence, sequence + 1);
            for (var place = 0; place < sequence; place++)
            {
                before[i * sequence + place] = from[place];
                next[i * sequence + place] = from[place + 1];
            }
        }

        return new Batch(inputs, labels);
    }
}
