namespace SparseProf.CostModel.Latency;

/// <summary>The box of log sizes that was measured; a call well outside it is out of range.</summary>
public sealed record ShapeRange(double[] Low, double[] High)
{
    private const double Slack = 1; // one octave

    public static ShapeRange Of(IEnumerable<KernelCall> calls)
    {
        double[]? low = null, high = null;
        foreach (var call in calls)
        {
            var place = Place(call);
            low ??= [.. place];
            high ??= [.. place];
            for (var d = 0; d < place.Length; d++)
            {
                low[d] = Math.Min(low[d], place[d]);
                high[d] = Math.Max(high[d], place[d]);
            }
        }

        return new(low ?? [], high ?? []);
    }

    /// <summary>Octaves outside the box along its worst side; 0 within an octave of it.</summary>
    public double Beyond(KernelCall call)
    {
        var place = Place(call);
        double worst = 0;
        for (var d = 0; d < Low.Length; d++)
            worst = Math.Max(worst, Math.Max(Low[d] - place[d], place[d] - High[d]) - Slack);
        return worst;
    }

    private static double[] Place(KernelCall call)
    {
        var work = Work.Of(call);
        return [Log(work.Rows), Log(work.Columns), Log(work.Depth), Log(work.Batch), Log(work.Flops), Log(work.Bytes), Log(call.Pattern.Density.Value * 1024)];
    }

    private static double Log(double value) => Math.Log2(Math.Max(1, value));
}
