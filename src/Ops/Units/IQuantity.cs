namespace SparseProf.Ops.Units;

/// <summary>A number with a physical unit, held in the unit's SI base (seconds, joules, bytes), never prefixed.</summary>
public interface IQuantity<TSelf>
    where TSelf : struct, IQuantity<TSelf>
{
    /// <summary>The unit as it is printed, without a prefix.</summary>
    static abstract string Symbol { get; }

    double Value { get; }

    static abstract TSelf From(double value);
}
