using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SparseProf.CostModel.Latency;

/// <summary>The fastest way to cut eight products into tiles; see <see cref="TileChoice"/>. All 0 where there is no arithmetic.</summary>
internal readonly struct TileLanes(Vector512<double> seconds, Vector512<double> rows, Vector512<double> columns, Vector512<double> split, Vector512<double> waves)
{
    // Less than a wave by rounding alone is no further wave.
    private const double NotQuite = 1 - 1e-12;

    private const double MostWavesToSplit = 8;
    private const double LeastDepth = 128;

    private static readonly (double Rows, double Columns)[] Tiles =
        [(256, 128), (128, 256), (128, 128), (128, 64), (64, 128), (64, 64), (64, 256), (64, 32), (32, 64), (16, 64)];

    private static readonly double[] Splits = [1, 2, 4, 8, 16];

    public readonly Vector512<double> Seconds = seconds;
    public readonly Vector512<double> Rows = rows;
    public readonly Vector512<double> Columns = columns;
    public readonly Vector512<double> Split = split;
    public readonly Vector512<double> Waves = waves;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static TileLanes Best(in WorkLanes work, KernelPhysics physics, DeviceFigures device)
    {
        var perFlop = Vector512.Create(device.Multiprocessors / (device.Peak * physics.Compute));
        var perByte = work.ElementBytes * (device.Multiprocessors / (physics.TileTraffic / 100 * device.Peak));
        var prologue = Vector512.Create(physics.Prologue / device.Clock);
        var area = work.Batch * work.Rows * work.Columns;
        // Arithmetic a unit of depth and tile area; below 2 where the pattern skips zeros.
        var perCell = work.Flops / (area * work.Depth) * perFlop;
        var reduction = area * (8 / (device.Bandwidth * physics.CacheGain));
        var perWave = Vector512.Create(NotQuite / device.Multiprocessors);
        var best = Vector512.Create(double.MaxValue);
        Vector512<double> bestTiles = default, bestRows = default, bestColumns = default, bestSplit = default;
        foreach (var (rows, columns) in Tiles)
        {
            var open = rows > 64 ? Vector512.GreaterThan(work.Rows + work.Rows, Vector512.Create(rows)) : Vector512<double>.AllBitsSet;
            if (Vector512.EqualsAll(open.AsInt64(), Vector512<long>.Zero))
                continue;
            var tiles = work.Batch * Vector512.Ceiling(work.Rows * (1 / rows)) * Vector512.Ceiling(work.Columns * (1 / columns));
            var step = Vector512.Max(perCell * (rows * columns), perByte * (rows + columns)) * 32;
            foreach (var split in Splits)
            {
                var depth = work.Depth * (1 / split);
                if (split > 1)
                {
                    open &= Vector512.GreaterThanOrEqual(depth, Vector512.Create(LeastDepth));
                    if (Vector512.EqualsAll(open.AsInt64(), Vector512<long>.Zero))
                        break;
                }

                var launched = tiles * split;
                var waves = Vector512.Ceiling(launched * perWave);
                var seconds = waves * (prologue + Vector512.Ceiling(depth * (1.0 / 32)) * step);
                if (split > 1)
                    seconds += prologue + reduction * split;
                var better = Vector512.LessThan(seconds, best) & open;
                best = Vector512.ConditionalSelect(better, seconds, best);
                bestTiles = Vector512.ConditionalSelect(better, launched, bestTiles);
                bestRows = Vector512.ConditionalSelect(better, Vector512.Create(rows), bestRows);
                bestColumns = Vector512.ConditionalSelect(better, Vector512.Create(columns), bestColumns);
                bestSplit = Vector512.ConditionalSelect(better, Vector512.Create(split), bestSplit);
                open &= Vector512.LessThanOrEqual(waves, Vector512.Create(MostWavesToSplit));
            }
        }

        var some = Vector512.GreaterThan(work.Flops, Vector512<double>.Zero);
        return new(best & some, bestRows & some, bestColumns & some, bestSplit & some, bestTiles * (1 / device.Multiprocessors) & some);
    }
}
