namespace SparseProf.CostModel.Latency;

/// <summary>Log residuals of one curve, by rising position.</summary>
/// <param name="Positions">Curves that were timed at the same positions share one array.</param>
internal sealed record ResidualCurve(double[] Positions, float[] Residuals)
{
    /// <summary>At a place between positions; the ends stand for what lies beyond them.</summary>
    public float At(in PositionPlace place) => place.Share == 0
        ? Residuals[place.Index]
        : Residuals[place.Index] + place.Share * (Residuals[place.Index + 1] - Residuals[place.Index]);
}

/// <summary>A place within positions: this share of the way from one to the next, in logs.</summary>
internal readonly record struct PositionPlace(int Index, float Share)
{
    public static PositionPlace Of(double[] positions, double position)
    {
        var found = Array.BinarySearch(positions, position);
        if (found >= 0)
            return new(found, 0);
        var above = ~found;
        if (above == 0 || above == positions.Length)
            return new(Math.Min(above, positions.Length - 1), 0);
        return new(above - 1, (float)(Math.Log(position / positions[above - 1]) / Math.Log(positions[above] / positions[above - 1])));
    }
}
