using System.Globalization;
using SparseProf.Ops.Errors;
using SparseProf.Ops.Statistics;

namespace SparseProf.Workloads.Data;

/// <summary>Data sets with less or worse to train on; what they are judged by stays.</summary>
public static class LittleData
{
    /// <summary>A share of the training examples, drawn at random.</summary>
    /// <exception cref="UserErrorException">Not a share, or nothing would be left.</exception>
    public static DataSet Little(DataSet data, double share, long seed)
    {
        var count = (int)Math.Round(CheckedShare(share) * data.Train.Count);
        if (count < 1)
            throw new UserErrorException(ErrorKind.WrongUsage, $"{share:P2} of {data.Train.Count} examples are none");
        var order = Enumerable.Range(0, data.Train.Count).ToArray();
        var random = new SplitMix64(seed, 0);
        for (var i = 0; i < count; i++)
        {
            var other = i + random.NextIndex(order.Length - i);
            (order[i], order[other]) = (order[other], order[i]);
        }

        return data with { Name = Named(data, "share", share), Train = new PartSplit(data.Train, order[..count]) { Name = data.Train.Name, Synthetic = data.Synthetic, Count = count, Classes = data.Classes } };
    }

    /// <summary>A share of the training labels replaced by another class, at random.</summary>
    /// <exception cref="UserErrorException">Not a share, or examples without one class each.</exception>
    public static DataSet NoisyLabels(DataSet data, double share, long seed)
    {
        if (data.Train is not ClassificationSplit train)
            throw new UserErrorException(ErrorKind.WrongUsage, $"{data.Name} has no classes that could be mistaken");
        var labels = new long[train.Count];
        CheckedShare(share);
        for (var i = 0; i < labels.Length; i++)
        {
            var random = new SplitMix64(seed, i);
            var wrong = random.NextUniform() < share;
            labels[i] = wrong ? (train.Label(i) + 1 + random.NextIndex(data.Classes - 1)) % data.Classes : train.Label(i);
        }

        return data with { Name = Named(data, "label-noise", share), Train = new RelabelledSplit(train, labels) { Name = train.Name, Synthetic = data.Synthetic, Count = train.Count, Classes = data.Classes } };
    }

    private static double CheckedShare(double share) => share is > 0 and <= 1
        ? share
        : throw new UserErrorException(ErrorKind.WrongUsage, $"{share} is no share of the training data") { Allowed = "above 0, up to 1" };

    private static string Named(DataSet data, string what, double share) => string.Create(CultureInfo.InvariantCulture, $"{data.Name}({what}={share})");

    private sealed class PartSplit(DataSplit whole, int[] examples) : DataSplit
    {
        public override Batch Take(ReadOnlySpan<int> taken, ulong augmentationSeed)
        {
            var inner = new int[taken.Length];
            for (var i = 0; i < taken.Length; i++)
                inner[i] = examples[taken[i]];
            return whole.Take(inner, augmentationSeed);
        }
    }

    private sealed class RelabelledSplit(DataSplit inner, long[] labels) : DataSplit
    {
        public override Batch Take(ReadOnlySpan<int> examples, ulong augmentationSeed)
        {
            var batch = inner.Take(examples, augmentationSeed);
            var written = batch.Labels.Data<long>();
            for (var i = 0; i < examples.Length; i++)
                written[i] = labels[examples[i]];
            return batch;
        }
    }
}
