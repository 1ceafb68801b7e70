using SparseProf.CostModel.Statistics;

namespace SparseProf.CostModel.Latency;

/// <summary>A kernel's place for a Gaussian process: log sizes, along which its latency bends, and shares of the physics' time, along which a device departs from the physics as a whole.</summary>
public static class ShapeCoordinates
{
    /// <summary>
    /// Scales that suit log residuals of tuned kernels. A few dozen anchors cannot tell them: maximizing the likelihood takes
    /// what is jagged for smooth and makes intervals too narrow, so few anchors take these as they are. Chosen on four
    /// devices' tables by held-out sites; what matters is how they compare with each other, not their size.
    /// </summary>
    public static KernelScales Typical { get; } = new(0.1, 0.15, 0.08, [5, 5, 5, 3, 3]);

    /// <summary>Shorter lengths for choosing what to measure: they spread the anchors.</summary>
    public static KernelScales ForChoice { get; } = new(0.2, 0.12, 0.08, [3, 3, 3, 3, 3]);

    public static (double[] Smooth, double[] Trend) Of(KernelCall call, in Work work, KernelPhysics physics, DeviceFigures device)
    {
        var latency = physics.Latency(work, device, out var tile);
        var memory = work.Bytes / (device.Bandwidth * physics.Memory);
        var rows = call.Kind == KernelKind.MoeFfn ? call.M : work.Rows;
        double[] smooth =
        [
            Math.Log2(rows),
            Math.Log2(work.Columns),
            Math.Log2(Math.Max(1, work.Depth)),
            Math.Log2(work.Batch) + (call.TopK > 0 ? Math.Log2(call.TopK) : 0),
            Math.Log2(Math.Max(1e-6, tile.Seconds) / memory),
        ];
        return (smooth, [1, physics.Launch / latency, tile.Seconds / latency, Math.Min(2, memory / latency)]);
    }
}
