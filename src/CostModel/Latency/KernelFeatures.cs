namespace SparseProf.CostModel.Latency;

/// <summary>The numbers by which trees tell kernels apart: sizes, alignment, tiles and waves, place on the roofline. Dimensionless where another device shall share them.</summary>
public static class KernelFeatures
{
    public const int Count = 30;

    private static readonly (double Rows, double Columns)[] Tiles = [(128, 128), (128, 256), (64, 64), (256, 128)];

    /// <summary>Writes the features and returns the physics' latency, s.</summary>
    public static double Fill(KernelCall call, in Work work, KernelPhysics physics, DeviceFigures device, Span<float> row)
    {
        var latency = physics.Latency(work, device, out var tile);
        var at = 0;
        var rows = call.Kind == KernelKind.MoeFfn ? call.M : work.Rows;
        row[at++] = Log(rows);
        row[at++] = Log(work.Columns);
        row[at++] = Log(work.Depth);
        row[at++] = Log(work.Batch);
        row[at++] = Log(work.Flops);
        row[at++] = Log(work.Bytes);
        row[at++] = Log(work.WeightBytes / device.L2);
        row[at++] = Log(work.OtherBytes / device.L2);
        row[at++] = Log((work.Flops + 1) / device.Peak / (work.Bytes / device.Bandwidth));
        row[at++] = Log(latency / physics.Launch);
        row[at++] = Log(tile.Seconds / latency);
        row[at++] = Log(tile.Waves);
        row[at++] = (float)(tile.Waves > 0 ? Math.Ceiling(tile.Waves) / tile.Waves : 1);
        row[at++] = Log(tile.Rows * tile.Columns);
        row[at++] = Log(tile.Split);
        foreach (var (high, wide) in Tiles)
        {
            var waves = work.Batch * Math.Ceiling(work.Rows / high) * Math.Ceiling(work.Columns / wide) / device.Multiprocessors;
            row[at++] = (float)(Math.Ceiling(waves) / waves);
        }

        row[at++] = (float)(Math.Ceiling(work.Rows / 64) * 64 / work.Rows);
        row[at++] = (float)(Math.Ceiling(work.Columns / 128) * 128 / work.Columns);
        row[at++] = TrailingZeros(rows);
        row[at++] = TrailingZeros(work.Columns);
        row[at++] = TrailingZeros(work.Depth);
        row[at++] = Log(work.Columns / work.Depth);
        row[at++] = Log(work.Batch * work.Rows * work.Columns);
        row[at++] = (float)(call.Experts > 0 ? Math.Log2(call.Experts) : call.Pattern.Density.Value);
        row[at++] = (float)(call.Kind == KernelKind.MoeFfn ? call.TopK : call.Causal ? 1 : 0);
        row[at++] = (float)(call.LoadExponent + (call.Heads > 0 ? Math.Log2(call.Heads) : 0));
        row[at++] = (float)(work.Skew + (call.KvHeads > 0 ? call.Heads / call.KvHeads : 0));
        return latency;
    }

    private static float Log(double value) => (float)Math.Log2(Math.Max(value, 1e-12));

    private static float TrailingZeros(double value) => value >= 1 && value < long.MaxValue ? Math.Min(8, long.TrailingZeroCount((long)value)) : 0;
}
