using System.Globalization;
using SparseProf.Torch;
using SparseProf.Workloads.Execution;
using SparseProf.Workloads.Modules;

namespace SparseProf.Workloads.Sparsity;

/// <summary>Where the nonzeros of a masked layer stand, as W[rows, columns].</summary>
/// <param name="InDegrees">Kept weights of each row: the inputs that an output sees.</param>
/// <param name="Picture">Density of a grid of equal parts of the matrix, by rows; at most <see cref="PictureSide"/> a side.</param>
public sealed record PatternMap(string Path, long Rows, long Columns, long Kept, IReadOnlyList<int> InDegrees, double[,] Picture)
{
    public const int PictureSide = 16;

    private const int Bins = 10;

    public double Density => (double)Kept / (Rows * Columns);

    /// <summary>Share of rows by in-degree over columns, in ten equal bins from 0 to 1.</summary>
    public IReadOnlyList<double> InDegreeHistogram
    {
        get
        {
            var counts = new double[Bins];
            foreach (var degree in InDegrees)
                counts[Math.Min(Bins - 1, (int)(degree * (double)Bins / Columns))] += 1.0 / Rows;
            return counts;
        }
    }

    /// <summary>One map a masked layer.</summary>
    public static IReadOnlyList<PatternMap> Of(Module model) =>
        [.. model.WeightLayers().Where(entry => entry.Layer.Mask is not null).Select(entry => Of(entry.Path, entry.Layer))];

    /// <summary>The maps as figures by name: layer_density.LAYER, in_degree.LAYER.BIN, map.LAYER.ROW.COLUMN.</summary>
    public static IEnumerable<KeyValuePair<string, double>> Metrics(Module model)
    {
        foreach (var map in Of(model))
        {
            yield return new($"layer_density.{map.Path}", map.Density);
            foreach (var (bin, share) in map.InDegreeHistogram.Index())
                yield return new(string.Create(CultureInfo.InvariantCulture, $"in_degree.{map.Path}.{bin}"), share);
            for (var row = 0; row < map.Picture.GetLength(0); row++)
            {
                for (var column = 0; column < map.Picture.GetLength(1); column++)
                    yield return new(string.Create(CultureInfo.InvariantCulture, $"map.{map.Path}.{row}.{column}"), map.Picture[row, column]);
            }
        }
    }

    private static PatternMap Of(string path, WeightLayer layer)
    {
        using var scope = TensorScope.Enter();
        var mask = layer.Mask!.OnCpu().Data<bool>();
        var (rows, columns) = ((int)layer.Rows, (int)layer.Columns);
        var (high, wide) = (Math.Min(PictureSide, rows), Math.Min(PictureSide, columns));
        var (kept, all) = (new double[high, wide], new double[high, wide]);
        var degrees = new int[rows];
        for (var i = 0; i < mask.Length; i++)
        {
            var (row, column) = (i / columns, i % columns);
            var (y, x) = ((int)((long)row * high / rows), (int)((long)column * wide / columns));
            all[y, x]++;
            if (!mask[i])
                continue;
            kept[y, x]++;
            degrees[row]++;
        }

        for (var y = 0; y < high; y++)
        {
            for (var x = 0; x < wide; x++)
                kept[y, x] /= all[y, x];
        }

        return new PatternMap(path, rows, columns, degrees.Sum(), degrees, kept);
    }
}
