namespace SparseProf.CostModel.Latency;

/// <summary>Log residuals of calls that differ in their position alone, by rising position.</summary>
internal sealed record SiteCurve(CurvePlace.Sizes Axes, CurvePlace.Sizes Setting, ResidualCurve Curve);

/// <summary>
/// Residuals of a table as curves over the number of tokens, one for each weight shape, so that the shapes next to an asked
/// one say what is to be expected of it: libraries choose their kernels by sizes, and neighbours get the same. A shape's
/// own curve is never among its neighbours, so that shapes that were timed are learned from as those that were not are asked for.
/// </summary>
public sealed class SiteCurves
{
    private readonly Dictionary<(CurvePlace.Sizes Others, CurvePlace.Sizes Setting), CurveLine>[] _lines;
    private readonly int[] _axes;

    internal SiteCurves(IReadOnlyList<SiteCurve> curves)
    {
        Curves = curves;
        _lines = [.. Enumerable.Range(0, CurvePlace.MostAxes).Select(axis => Lines(curves, axis))];
        _axes = [.. Enumerable.Range(0, CurvePlace.MostAxes).Where(axis => _lines[axis].Count > 0)];
    }

    internal IReadOnlyList<SiteCurve> Curves { get; }

    /// <summary>How many features the neighbours give.</summary>
    public int Features => _axes.Length * CurveLine.Features;

    public static SiteCurves Of(IReadOnlyList<KernelCall> calls, IReadOnlyList<float> residuals)
    {
        var grids = new HashSet<double[]>(new SameNumbers());
        var curves = new List<SiteCurve>();
        foreach (var site in calls.Select(CurvePlace.Of).Zip(residuals).GroupBy(row => (row.First.Axes, row.First.Setting)))
        {
            var points = site.GroupBy(row => row.First.Position).Select(same => (Position: same.Key, Residual: same.Average(row => row.Second))).OrderBy(point => point.Position).ToArray();
            double[] positions = [.. points.Select(point => point.Position)];
            if (grids.TryGetValue(positions, out var known))
                positions = known;
            else
                grids.Add(positions);
            curves.Add(new(site.Key.Axes, site.Key.Setting, new(positions, [.. points.Select(point => point.Residual)])));
        }

        return new(curves);
    }

    /// <summary>Writes the neighbours' features of a block, column after column.</summary>
    internal void Fill(CallBlock block, Span<float> columns)
    {
        var near = new LineNeighbours[_axes.Length];
        CurvePlace last = default;
        GridPlace grid = default;
        for (var i = 0; i < block.Count; i++)
        {
            var place = CurvePlace.Of(block.Calls[i]);
            if (i == 0 || place.Axes != last.Axes || place.Setting != last.Setting)
                Find(place, near);
            last = place;
            for (var line = 0; line < near.Length; line++)
                near[line].Fill(place.Position, ref grid, columns[(line * CurveLine.Features * CallBlock.Size + i)..], CallBlock.Size);
        }
    }

    private void Find(in CurvePlace place, LineNeighbours[] near)
    {
        for (var line = 0; line < near.Length; line++)
        {
            var axis = _axes[line];
            near[line] = _lines[axis].TryGetValue((place.Axes.Without(axis), place.Setting), out var curves) ? curves.Next(Log(place.Axes[axis])) : LineNeighbours.None;
        }
    }

    // Only lines of two curves or more: one alone is nobody's neighbour on this axis.
    private static Dictionary<(CurvePlace.Sizes Others, CurvePlace.Sizes Setting), CurveLine> Lines(IReadOnlyList<SiteCurve> curves, int axis) => curves
        .GroupBy(curve => (curve.Axes.Without(axis), curve.Setting))
        .Where(line => line.Skip(1).Any())
        .ToDictionary(line => line.Key, line => CurveLine.Of(line.Select(curve => (Log(curve.Axes[axis]), curve.Curve))));

    private static double Log(double size) => Math.Log2(Math.Max(1, size));

    private sealed class SameNumbers : IEqualityComparer<double[]>
    {
        public bool Equals(double[]? x, double[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(double[] numbers) => HashCode.Combine(numbers.Length, numbers[0], numbers[^1]);
    }
}
