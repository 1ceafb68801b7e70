namespace SparseProf.Ops.Units;

/// <summary>A share from 0 to 1, checked once.</summary>
public readonly record struct Fraction
{
    /// <exception cref="ArgumentOutOfRangeException">The value is not a number from 0 to 1.</exception>
    public Fraction(double value)
    {
        if (!(value is >= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(value), value, "a fraction lies from 0 to 1");
        Value = value;
    }

    public static Fraction Zero => new(0);

    public static Fraction One => new(1);

    public double Value { get; }

    /// <summary>One minus this share: sparsity of a density, and the other way round.</summary>
    public Fraction Complement => new(1 - Value);

    public override string ToString() => $"{Value * 100:0.##} %";
}
