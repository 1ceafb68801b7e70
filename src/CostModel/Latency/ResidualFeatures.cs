namespace SparseProf.CostModel.Latency;

/// <summary>What the trees of a <see cref="FamilyModel"/> see: the features of a call and those of its neighbours.</summary>
internal static class ResidualFeatures
{
    public static int Count(SiteCurves curves) => KernelFeatures.Count + curves.Features;

    /// <summary>Writes column after column and the physics' latencies, s.</summary>
    public static void Fill(CallBlock block, KernelPhysics physics, DeviceFigures device, SiteCurves curves, Span<float> columns, Span<double> seconds)
    {
        KernelFeatures.Fill(block, physics, device, columns, seconds);
        curves.Fill(block, columns[(KernelFeatures.Count * CallBlock.Size)..]);
    }

    /// <summary>A vector for each call.</summary>
    public static float[][] Rows(KernelCall[] calls, KernelPhysics physics, DeviceFigures device, SiteCurves curves)
    {
        var rows = new float[calls.Length][];
        var count = Count(curves);
        var blocks = (calls.Length + CallBlock.Size - 1) / CallBlock.Size;
        Parallel.For(0, blocks, b =>
        {
            var first = b * CallBlock.Size;
            var block = CallBlock.Of(calls.AsSpan(first, Math.Min(CallBlock.Size, calls.Length - first)));
            var columns = new float[count * CallBlock.Size];
            Fill(block, physics, device, curves, columns, stackalloc double[CallBlock.Size]);
            for (var i = 0; i < block.Count; i++)
            {
                var row = rows[first + i] = new float[count];
                for (var f = 0; f < count; f++)
                    row[f] = columns[f * CallBlock.Size + i];
            }
        });
        return rows;
    }
}
