using SparseProf.Torch;
using SparseProf.Workloads.Data;

namespace SparseProf.Profiler.Tests.Training;

/// <summary>Sequences that count upwards: a language whose next token is known.</summary>
internal sealed class CountingText : DataSplit
{
    private const int Tokens = 8;
    private const int Vocabulary = 16;

    public static DataSet Set { get; } = new("synthetic-counting", Synthetic: true, Split("train", 128), Split("validation", 32), Vocabulary, Vocabulary);

    public override Batch Take(ReadOnlySpan<int> examples, ulong augmentationSeed)
    {
        var inputs = Aten.Empty([examples.Length, Tokens], ScalarType.Int64);
        var labels = Aten.Empty([examples.Length, Tokens], ScalarType.Int64);
        for (var i = 0; i < examples.Length * Tokens; i++)
        {
            inputs.Data<long>()[i] = (examples[i / Tokens] + i % Tokens) % Vocabulary;
            labels.Data<long>()[i] = (examples[i / Tokens] + i % Tokens + 1) % Vocabulary;
        }

        return new Batch(inputs, labels);
    }

    private static CountingText Split(string name, int count) => new() { Name = name, Synthetic = true, Count = count, Classes = Vocabulary };
}
