using SparseProf.Ops.Statistics;
using SparseProf.Torch;
using SparseProf.Workloads.Data;

namespace SparseProf.Workloads.Tests.Training;

/// <summary>Small data sets whose answer is planted.</summary>
internal static class PlantedData
{
    public const int Tokens = 8;
    public const int Vocabulary = 16;

    /// <summary>Noise with one colour brighter, or none: the colour is the class.</summary>
    public static DataSet Images { get; } = Set("synthetic-colours", 4, null, (example, random) =>
    {
        var image = new float[3 * 32 * 32];
        for (var i = 0; i < image.Length; i++)
            image[i] = (float)random() - 0.5f + (i / (32 * 32) == example % 4 ? 0.5f : 0);

        return (Aten.FromArray(image, 3, 32, 32), Aten.FromArray([(long)example % 4]));
    });

    /// <summary>The class is whether token 1 or token 2 occurs.</summary>
    public static DataSet Sentences { get; } = Set("synthetic-markers", 2, Vocabulary, (example, random) =>
    {
        var tokens = Enumerable.Range(0, Tokens).Select(_ => 3 + (long)(random() * (Vocabulary - 3))).ToArray();
        tokens[1 + (int)(random() * (Tokens - 1))] = 1 + example % 2;
        return (Aten.FromArray(tokens, Tokens), Aten.FromArray([(long)example % 2]));
    });

    /// <summary>Each token is the one before plus one, the first a random one.</summary>
    public static DataSet Counting { get; } = Set("synthetic-counting", Vocabulary, Vocabulary, (_, random) =>
    {
        var first = (long)(random() * Vocabulary);
        return (Row(first), Row(first + 1));

        static Tensor Row(long first) => Aten.FromArray(Enumerable.Range(0, Tokens).Select(i => (first + i) % Vocabulary).ToArray(), Tokens);
    });

    private static DataSet Set(string name, int classes, int? vocabulary, Func<int, Func<double>, (Tensor Input, Tensor Label)> example) => new(
        name,
        Synthetic: true,
        new Split(example) { Name = "train", Synthetic = true, Count = 128, Classes = classes },
        new Split(example) { Name = "validation", Synthetic = true, Count = 32, Classes = classes },
        classes,
        vocabulary);

    private sealed class Split(Func<int, Func<double>, (Tensor Input, Tensor Label)> example) : DataSplit
    {
        public override Batch Take(ReadOnlySpan<int> examples, ulong augmentationSeed)
        {
            using var scope = TensorScope.Enter();
            var taken = new List<(Tensor Input, Tensor Label)>();
            foreach (var number in examples)
            {
                var random = new SplitMix64(number, Name.Length);
                taken.Add(example(number, () => random.NextUniform()));
            }

            // One label an example: [batch]; a row of them: [batch, tokens].
            return new Batch(
                scope.Keep(Aten.Stack([.. taken.Select(one => one.Input)])),
                scope.Keep(Aten.Stack([.. taken.Select(one => one.Label)])));
        }
    }
}
