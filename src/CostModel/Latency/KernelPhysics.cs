using SparseProf.Ops;

namespace SparseProf.CostModel.Latency;

/// <summary>
/// Latency from first principles with seven fitted constants. A matrix product is cut into tiles that fill the
/// multiprocessors in waves (tile and wave quantization), optionally split along its depth; the best of a list of tiles
/// counts, as libraries choose by heuristics. Weights that fit the cache are read faster than from memory.
/// </summary>
/// <param name="Launch">Overhead of a launch, s.</param>
/// <param name="Compute">Share of peak that a large tile reaches.</param>
/// <param name="Memory">Share of bandwidth that a stream reaches.</param>
/// <param name="TileTraffic">Bytes that the cache feeds a multiprocessor in the time of 100 FLOP at peak.</param>
/// <param name="Prologue">Start and end of a tile, cycles.</param>
/// <param name="Resident">Working set, in units of the kernel's weights, that competes for the cache.</param>
/// <param name="CacheGain">Bandwidth of the cache over that of memory.</param>
public sealed record KernelPhysics(
    double Launch, double Compute, double Memory, double TileTraffic, double Prologue, double Resident, double CacheGain)
{
    /// <summary>Typical of tuned vendor libraries; where nothing was measured these stand.</summary>
    public static KernelPhysics Typical { get; } = new(1.3e-6, 0.85, 0.8, 2, 3300, 15, 2);

    // Medians of public tables: 2:4 on A100 and H100 PCIe; CSR on an RTX 3090 (VENOM), relative to the vector units. Blocks are a guess.
    private static readonly KernelPhysics TypicalTwoFour = Typical with { Compute = 0.6 };
    private static readonly KernelPhysics TypicalBlock = Typical with { Compute = 0.3 };
    private const double TypicalCsr = 0.3;

    private static readonly (double Rows, double Columns)[] Tiles =
        [(256, 128), (128, 256), (128, 128), (128, 64), (64, 128), (64, 64), (64, 256), (64, 32), (32, 64), (16, 64)];

    private static readonly double[] Splits = [1, 2, 4, 8, 16];

    /// <summary>Names of the constants in output, in the order of <see cref="ToLogs"/>.</summary>
    public static IReadOnlyList<string> Names { get; } =
        ["launch_s", "compute_efficiency", "memory_efficiency", "tile_traffic_bytes_per_100_flop", "prologue_cycles", "resident_weights", "cache_gain"];

    /// <summary>What stands where nothing was measured of a format, and the half-width in logs of what that is worth.</summary>
    public static (KernelPhysics Physics, double HalfWidth) TypicalFor(SparsityPattern pattern, DeviceFigures device) => pattern switch
    {
        SparsityPattern.Dense => (Typical, 0.7),
        SparsityPattern.NofM => (TypicalTwoFour, 0.8),
        SparsityPattern.Block => (TypicalBlock, 1.2),
        _ => (Typical with { Compute = TypicalCsr * Math.Min(1, (device.VectorPeak ?? device.Peak / 8) / device.Peak) }, 1.5),
    };

    public double[] ToLogs() => [.. new[] { Launch, Compute, Memory, TileTraffic, Prologue, Resident, CacheGain }.Select(value => Math.Log(value))];

    public static KernelPhysics FromLogs(double[] logs)
    {
        var values = logs.Select(Math.Exp).ToArray();
        return new(values[0], values[1], values[2], values[3], values[4], values[5], values[6]);
    }

    /// <summary>Seconds of one call.</summary>
    public double Latency(in Work work, DeviceFigures device) => Latency(work, device, out _);

    public double Latency(in Work work, DeviceFigures device, out TileChoice choice)
    {
        var memory = MemoryTime(work, device);
        choice = work.Flops > 0 ? BestTile(work, device) : default;
        return Launch + SoftMaximum(memory, choice.Seconds);
    }

    /// <summary>The fastest way to cut the product.</summary>
    public TileChoice BestTile(in Work work, DeviceFigures device)
    {
        var perSm = device.Peak * Compute / device.Multiprocessors;
        var feed = TileTraffic / 100 * device.Peak / device.Multiprocessors;
        var prologue = Prologue / device.Clock;
        // Arithmetic a unit of depth and tile area; below 2 where the pattern skips zeros.
        var density = work.Flops / (work.Batch * work.Rows * work.Columns * work.Depth);
        var best = new TileChoice(double.MaxValue, 0, 0, 0, 0);
        foreach (var (rows, columns) in Tiles)
        {
            if (rows > 64 && rows >= 2 * work.Rows)
                continue;
            var tiles = work.Batch * Math.Ceiling(work.Rows / rows) * Math.Ceiling(work.Columns / columns);
            var step = Math.Max(density * rows * columns / perSm, (rows + columns) * work.ElementBytes / feed);
            foreach (var split in Splits)
            {
                if (split > 1 && work.Depth / split < 128)
                    break;
                var waves = Math.Ceiling(tiles * split / device.Multiprocessors);
                var seconds = waves * (prologue + Math.Ceiling(work.Depth / split / 32) * 32 * step);
                if (split > 1)
                    seconds += prologue + split * work.Batch * work.Rows * work.Columns * 8 / (device.Bandwidth * CacheGain);
                if (seconds < best.Seconds)
                    best = new(seconds, rows, columns, split, tiles * split / device.Multiprocessors);
                if (waves > 8)
                    break;
            }
        }

        return best;
    }

    private double MemoryTime(in Work work, DeviceFigures device)
    {
        var pressure = (work.WeightBytes * Resident + work.OtherBytes) / device.L2;
        var cached = 1 / (1 + pressure * pressure * pressure);
        return work.Bytes / (device.Bandwidth * Memory) * (1 - cached + cached / CacheGain);
    }

    private static double SoftMaximum(double a, double b)
    {
        var (small, large) = a < b ? (a, b) : (b, a);
        var ratio = small / large;
        return large * Math.Cbrt(1 + ratio * ratio * ratio);
    }
}

/// <summary>How a product was cut, and its time.</summary>
/// <param name="Waves">Tiles over multiprocessors, not rounded.</param>
public readonly record struct TileChoice(double Seconds, double Rows, double Columns, double Split, double Waves);
