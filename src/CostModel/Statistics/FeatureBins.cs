namespace SparseProf.CostModel.Statistics;

/// <summary>Cuts each feature into at most 128 bins at its quantiles; trees see bins only.</summary>
public sealed record FeatureBins(float[][] Edges)
{
    public const int Most = 128;

    public int Features => Edges.Length;

    /// <param name="rows">Feature vectors, all of one length.</param>
    public static FeatureBins Learn(IReadOnlyList<float[]> rows)
    {
        var edges = new float[rows[0].Length][];
        var column = new float[rows.Count];
        for (var f = 0; f < edges.Length; f++)
        {
            for (var i = 0; i < column.Length; i++)
                column[i] = rows[i][f];
            Array.Sort(column);
            edges[f] = Cut(column);
        }

        return new(edges);
    }

    /// <summary>How many edges lie below the value.</summary>
    public byte Bin(int feature, float value)
    {
        var edges = Edges[feature];
        int low = 0, high = edges.Length;
        while (low < high)
        {
            var middle = (low + high) >> 1;
            if (edges[middle] < value)
                low = middle + 1;
            else
                high = middle;
        }

        return (byte)low;
    }

    /// <summary>Bins by feature, then row.</summary>
    public byte[][] Bin(IReadOnlyList<float[]> rows)
    {
        var bins = new byte[Features][];
        for (var f = 0; f < bins.Length; f++)
        {
            bins[f] = new byte[rows.Count];
            for (var i = 0; i < rows.Count; i++)
                bins[f][i] = Bin(f, rows[i][f]);
        }

        return bins;
    }

    private static float[] Cut(float[] sorted)
    {
        var distinct = new List<float>();
        foreach (var value in sorted)
        {
            if (distinct.Count == 0 || value > distinct[^1])
                distinct.Add(value);
        }

        var candidates = new List<float>();
        if (distinct.Count <= Most)
        {
            for (var i = 1; i < distinct.Count; i++)
                candidates.Add(Between(distinct[i - 1], distinct[i]));
        }
        else
        {
            for (var i = 1; i < Most; i++)
            {
                var at = (int)((long)i * sorted.Length / Most);
                var edge = Between(sorted[at - 1], sorted[at]);
                if (candidates.Count == 0 || edge > candidates[^1])
                    candidates.Add(edge);
            }
        }

        return [.. candidates];
    }

    private static float Between(float low, float high) => low + (high - low) / 2;
}
