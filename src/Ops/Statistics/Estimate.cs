namespace SparseProf.Ops.Statistics;

/// <summary>A number with its interval and how it was obtained; no number is reported without them.</summary>
/// <param name="Coverage">The share of such intervals that hold the truth: 0.95 for a 95 % interval.</param>
public readonly record struct Estimate(double Value, double Low, double High, Provenance Provenance, double Coverage = 0.95)
{
    /// <summary>Whether the interval holds <paramref name="value"/>; a verdict needs an interval that does not hold its null.</summary>
    public bool Holds(double value) => Low <= value && value <= High;

    public Estimate Scale(double factor) =>
        factor >= 0
            ? this with { Value = Value * factor, Low = Low * factor, High = High * factor }
            : this with { Value = Value * factor, Low = High * factor, High = Low * factor };
}

/// <summary>How a reported number was obtained.</summary>
public enum Provenance
{
    /// <summary>Timed on the device itself.</summary>
    Measured,

    /// <summary>Predicted between measurements of the same device.</summary>
    Interpolated,

    /// <summary>Predicted from measurements of other devices.</summary>
    Transferred,

    /// <summary>Computed from vendors' figures alone.</summary>
    DataSheet,
}
