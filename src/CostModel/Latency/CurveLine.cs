namespace SparseProf.CostModel.Latency;

/// <summary>Curves that differ along one axis only, by rising place on it.</summary>
/// <param name="Places">log₂ of the size.</param>
internal sealed record CurveLine(double[] Places, ResidualCurve[] Curves)
{
    /// <summary>On each side, the nearest two.</summary>
    public const int Near = 2;

    /// <summary>Features that a line gives: the mean of its near curves, the nearest below, the nearest above, between these.</summary>
    public const int Features = 4;

    /// <summary>Stands where there is no curve on a side: far below any residual.</summary>
    public const float Absent = -8;

    private const double Reach = 0.5; // octaves

    public static CurveLine Of(IEnumerable<(double Place, ResidualCurve Curve)> curves)
    {
        var sorted = curves.OrderBy(curve => curve.Place).ToArray();
        return new([.. sorted.Select(curve => curve.Place)], [.. sorted.Select(curve => curve.Curve)]);
    }

    /// <summary>The curves next to a place, but none at it: what was timed there must not predict itself.</summary>
    public LineNeighbours Next(double place)
    {
        var found = Array.BinarySearch(Places, place);
        var above = found >= 0 ? found + 1 : ~found;
        var below = (found >= 0 ? found : ~found) - 1;
        var low = Math.Max(0, below - Near + 1);
        var high = Math.Min(Places.Length, above + Near);
        var neighbours = new LineNeighbours { Below = below >= low ? below - low : -1 };
        for (var i = low; i <= below; i++)
            neighbours.Add(Curves[i], place - Places[i], Weight(place - Places[i]));
        neighbours.Above = above < high ? neighbours.Count : -1;
        for (var i = above; i < high; i++)
            neighbours.Add(Curves[i], Places[i] - place, Weight(Places[i] - place));
        return neighbours;
    }

    private static float Weight(double distance) => (float)Math.Exp(-distance / Reach);
}
