using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SparseProf.CostModel.Latency;

/// <summary>The numbers by which trees tell kernels apart: sizes, alignment, tiles and waves, place on the roofline. Dimensionless where another device shall share them.</summary>
public static class KernelFeatures
{
    public const int Count = 30;

    private const double Least = 1e-12;
    private const int MostZeros = 8;

    private static readonly (double Rows, double Columns)[] Tiles = [(128, 128), (128, 256), (64, 64), (256, 128)];

    /// <summary>Writes the features and returns the physics' latency, s.</summary>
    public static double Fill(KernelCall call, in Work work, KernelPhysics physics, DeviceFigures device, Span<float> row)
    {
        Span<float> columns = stackalloc float[Count * CallBlock.Size];
        Span<double> seconds = stackalloc double[CallBlock.Size];
        Fill(CallBlock.Of(call, work), physics, device, columns, seconds);
        for (var f = 0; f < Count; f++)
            row[f] = columns[f * CallBlock.Size];
        return seconds[0];
    }

    /// <summary>Writes the features of a block, column after column of <see cref="CallBlock.Size"/>, and the physics' latencies, s.</summary>
    internal static void Fill(CallBlock block, KernelPhysics physics, DeviceFigures device, Span<float> columns, Span<double> seconds)
    {
        Span<double> tokens = stackalloc double[CallBlock.Size];
        for (var i = 0; i < block.Count; i++)
        {
            var call = block.Calls[i];
            tokens[i] = call.Kind == KernelKind.MoeFfn ? call.M : block.Work[i].Rows;
            Routing(call, block.Work[i], columns, i);
        }

        for (var first = 0; first < block.Count; first += WorkLanes.Count)
        {
            var work = block.Columns.Lanes(first);
            var latency = physics.Latency(work, device, out var tile);
            latency.CopyTo(seconds[first..]);
            var rows = Vector512.Create<double>(tokens[first..]);
            Fill(work, rows, latency, tile, physics, device, new(columns, first));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Fill(
        in WorkLanes work, Vector512<double> tokens, Vector512<double> latency, in TileLanes tile, KernelPhysics physics, DeviceFigures device, LaneWriter writer)
    {
        var columns = Log(work.Columns);
        var depth = Log(work.Depth);
        var flops = Log(work.Flops);
        var bytes = Log(work.Bytes);
        var cache = Vector512.Create(Math.Log2(device.L2));
        var one = Vector512<double>.One;
        writer.Write(Log(tokens));
        writer.Write(columns);
        writer.Write(depth);
        writer.Write(Log(work.Batch));
        writer.Write(flops);
        writer.Write(bytes);
        writer.Write(Log(work.WeightBytes) - cache);
        writer.Write(Log(work.OtherBytes) - cache);
        writer.Write(Log(work.Flops + one) - bytes - Vector512.Create(Math.Log2(device.Peak / device.Bandwidth)));
        writer.Write(Log(latency) - Vector512.Create(Math.Log2(physics.Launch)));
        writer.Write(Log(tile.Seconds / latency));
        writer.Write(Log(tile.Waves));
        writer.Write(Vector512.ConditionalSelect(Vector512.GreaterThan(tile.Waves, Vector512<double>.Zero), Vector512.Ceiling(tile.Waves) / tile.Waves, one));
        writer.Write(Log(tile.Rows * tile.Columns));
        writer.Write(Log(tile.Split));
        foreach (var (high, wide) in Tiles)
        {
            var waves = work.Batch * Vector512.Ceiling(work.Rows * (1 / high)) * Vector512.Ceiling(work.Columns * (1 / wide)) * (1 / device.Multiprocessors);
            writer.Write(Vector512.Ceiling(waves) / waves);
        }

        writer.Write(Vector512.Ceiling(work.Rows * (1.0 / 64)) * 64 / work.Rows);
        writer.Write(Vector512.Ceiling(work.Columns * (1.0 / 128)) * 128 / work.Columns);
        writer.Write(TrailingZeros(tokens));
        writer.Write(TrailingZeros(work.Columns));
        writer.Write(TrailingZeros(work.Depth));
        writer.Write(columns - depth);
        writer.Write(Log(work.Batch * work.Rows * work.Columns));
    }

    // What sizes alone do not say: routing, density, heads.
    private static void Routing(KernelCall call, in Work work, Span<float> columns, int i)
    {
        var at = (Count - 4) * CallBlock.Size + i;
        columns[at] = (float)(call.Experts > 0 ? Math.Log2(call.Experts) : call.Pattern.Density.Value);
        columns[at + CallBlock.Size] = (float)(call.Kind == KernelKind.MoeFfn ? call.TopK : call.Causal ? 1 : 0);
        columns[at + 2 * CallBlock.Size] = (float)(call.LoadExponent + (call.Heads > 0 ? Math.Log2(call.Heads) : 0));
        columns[at + 3 * CallBlock.Size] = (float)(work.Skew + (call.KvHeads > 0 ? call.Heads / call.KvHeads : 0));
    }

    private static Vector512<double> Log(Vector512<double> value) => Vector512.Log2(Vector512.Max(value, Vector512.Create(Least)));

    private static Vector512<double> TrailingZeros(Vector512<double> value)
    {
        var whole = Vector512.ConvertToInt64(value);
        var zeros = Vector512<long>.Zero;
        for (var bits = 1; bits <= MostZeros; bits++)
            zeros -= Vector512.Equals(whole & Vector512.Create((1L << bits) - 1), Vector512<long>.Zero);
        return Vector512.ConvertToDouble(zeros & Vector512.GreaterThan(whole, Vector512<long>.Zero));
    }

    // Writes one column after the other.
    private ref struct LaneWriter(Span<float> columns, int first)
    {
        private readonly Span<float> _columns = columns;
        private int _at = first;

        public void Write(Vector512<double> lanes)
        {
            Vector512.Narrow(lanes, lanes).GetLower().CopyTo(_columns[_at..]);
            _at += CallBlock.Size;
        }
    }
}
