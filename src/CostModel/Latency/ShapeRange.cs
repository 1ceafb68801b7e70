namespace SparseProf.CostModel.Latency;

/// <summary>The box of log sizes that was measured; a call well outside it is out of range.</summary>
public sealed record ShapeRange(double[] Low, double[] High)
{
    private const double Slack = 1; // one octave
    private const int Sides = 7;

    private readonly double[] _least = [.. Low.Select(low => low <= 0 ? 0 : Math.Pow(2, low - Slack))];
    private readonly double[] _most = [.. High.Select(high => Math.Pow(2, high + Slack))];

    public static ShapeRange Of(IEnumerable<KernelCall> calls)
    {
        double[]? low = null, high = null;
        Span<double> place = stackalloc double[Sides];
        foreach (var call in calls)
        {
            Place(call, Work.Of(call), place);
            low ??= [.. Enumerable.Repeat(double.MaxValue, Sides)];
            high ??= new double[Sides];
            for (var d = 0; d < Sides; d++)
            {
                low[d] = Math.Min(low[d], Log(place[d]));
                high[d] = Math.Max(high[d], Log(place[d]));
            }
        }

        return new(low ?? [], high ?? []);
    }

    /// <summary>Octaves outside the box along its worst side; 0 within an octave of it.</summary>
    internal double Beyond(KernelCall call, in Work work)
    {
        Span<double> place = stackalloc double[Sides];
        Place(call, work, place);
        double worst = 0;
        for (var d = 0; d < Low.Length; d++)
        {
            // Whether a size lies outside needs no logarithm.
            if (place[d] < _least[d] || place[d] > _most[d])
                worst = Math.Max(worst, Math.Max(Low[d] - Log(place[d]), Log(place[d]) - High[d]) - Slack);
        }

        return worst;
    }

    private static void Place(KernelCall call, in Work work, Span<double> place)
    {
        place[0] = work.Rows;
        place[1] = work.Columns;
        place[2] = work.Depth;
        place[3] = work.Batch;
        place[4] = work.Flops;
        place[5] = work.Bytes;
        place[6] = call.Pattern.Density.Value * 1024;
    }

    private static double Log(double value) => Math.Log2(Math.Max(1, value));
}
