using SparseProf.Ops;
using SparseProf.Ops.Units;

namespace SparseProf.Profiler.Power;

/// <summary>A device's energy counter, or the reason why there is none. Nothing is ever estimated in its place.</summary>
public interface IPowerSource
{
    /// <summary>What the energy covers: "rapl package-0+package-1", "nvml total energy".</summary>
    string Name { get; }

    /// <summary>Why no energy can be read; null where it can.</summary>
    string? MissingBecause { get; }

    /// <summary>The shortest window whose energy is worth reporting.</summary>
    Seconds ShortestWindow { get; }

    /// <summary>Opens a window; it counts everything the device does until it is ended.</summary>
    IEnergyWindow Begin();
}

public interface IEnergyWindow : IDisposable
{
    EnergyReading End();
}

/// <summary>Energy of a window, or null with the reason.</summary>
/// <param name="Series">Power over time, where the source can tell it; empty otherwise.</param>
public sealed record EnergyReading(
    Joules? Energy, Seconds Window, string? MissingBecause, IReadOnlyList<PowerSample> Series, IReadOnlyList<ObservedCaveat> Caveats)
{
    /// <summary>Share of counter and integral that disagree, where both exist.</summary>
    public double? Disagreement { get; init; }

    /// <summary>Where the counter moves in steps: those seen; <see cref="Energy"/> and <see cref="Window"/> are between the first and the last. Else empty.</summary>
    public IReadOnlyList<EnergyStep> Steps { get; init; } = [];

    /// <summary>One standard deviation of <see cref="Energy"/>, where the source can tell it.</summary>
    public Joules? Uncertainty { get; init; }

    public static EnergyReading Missing(Seconds window, string because) => new(null, window, because, [], []);
}

/// <summary>A moment, since the window began, at which the counter was seen to move, and what it then said.</summary>
public readonly record struct EnergyStep(Seconds Time, Joules Counter);

/// <summary>One reading of the device's state; null where it does not tell.</summary>
/// <param name="Time">Since the start of the run.</param>
/// <param name="EventReasons">The device's own bit set of why its clock is what it is.</param>
public readonly record struct PowerSample(
    Seconds Time, Watts? Power, Hertz? Clock = null, Celsius? Temperature = null, ulong? EventReasons = null);
