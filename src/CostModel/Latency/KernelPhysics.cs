using System.Runtime.Intrinsics;

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

    /// <summary>Names of the constants in output, in the order of <see cref="ToLogs"/>.</summary>
    public static IReadOnlyList<string> Names { get; } =
        ["launch_s", "compute_efficiency", "memory_efficiency", "tile_traffic_bytes_per_100_flop", "prologue_cycles", "resident_weights", "cache_gain"];

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
        var seconds = Latency(WorkLanes.Of(work), device, out var tile).ToScalar();
        choice = new(tile.Seconds.ToScalar(), tile.Rows.ToScalar(), tile.Columns.ToScalar(), tile.Split.ToScalar(), tile.Waves.ToScalar());
        return seconds;
    }

    /// <summary>Seconds of many calls of one family.</summary>
    public void Latency(ReadOnlySpan<KernelCall> calls, DeviceFigures device, Span<double> seconds)
    {
        for (var first = 0; first < calls.Length; first += CallBlock.Size)
        {
            var some = calls[first..Math.Min(calls.Length, first + CallBlock.Size)];
            Latency(CallBlock.Of(some).Columns, device, seconds[first..]);
        }
    }

    /// <summary>Seconds of each call, as many as there are.</summary>
    internal void Latency(WorkColumns work, DeviceFigures device, Span<double> seconds)
    {
        Span<double> lanes = stackalloc double[WorkLanes.Count];
        for (var first = 0; first < work.Count; first += WorkLanes.Count)
        {
            Latency(work.Lanes(first), device, out _).CopyTo(lanes);
            lanes[..Math.Min(lanes.Length, work.Count - first)].CopyTo(seconds[first..]);
        }
    }

    internal Vector512<double> Latency(in WorkLanes work, DeviceFigures device, out TileLanes choice)
    {
        choice = TileLanes.Best(work, this, device);
        return Vector512.Create(Launch) + SoftMaximum(MemoryTime(work, device), choice.Seconds);
    }

    private Vector512<double> MemoryTime(in WorkLanes work, DeviceFigures device)
    {
        var pressure = (work.WeightBytes * Resident + work.OtherBytes) * (1 / device.L2);
        var cached = Vector512<double>.One / (Vector512<double>.One + pressure * pressure * pressure);
        return work.Bytes * (1 / (device.Bandwidth * Memory)) * (Vector512<double>.One - cached * (1 - 1 / CacheGain));
    }

    // Cube root of the sum of cubes.
    private static Vector512<double> SoftMaximum(Vector512<double> a, Vector512<double> b)
    {
        var large = Vector512.Max(a, b);
        var ratio = Vector512.Min(a, b) / large;
        var excess = ratio * ratio * ratio;
        var cube = Vector512<double>.One + excess;
        // From 1 to 2: a parabola within 1e-3, then twice Halley's step, which cubes the error.
        var root = Vector512<double>.One + excess * (Vector512.Create(0.318935) - excess * 0.059014);
        root = Halley(root, cube);
        return large * Halley(root, cube);
    }

    private static Vector512<double> Halley(Vector512<double> root, Vector512<double> cube)
    {
        var power = root * root * root;
        return root * (power + cube + cube) / (power + power + cube);
    }
}

/// <summary>How a product was cut, and its time.</summary>
/// <param name="Waves">Tiles over multiprocessors, not rounded.</param>
public readonly record struct TileChoice(double Seconds, double Rows, double Columns, double Split, double Waves);
