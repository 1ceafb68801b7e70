namespace SparseProf.Ops.Units;

/// <summary>What every quantity can do with its like; products and quotients of unlike ones stand with the units.</summary>
public static class QuantityArithmetic
{
    extension<T>(T)
        where T : struct, IQuantity<T>
    {
        public static T operator +(T left, T right) => T.From(left.Value + right.Value);

        public static T operator -(T left, T right) => T.From(left.Value - right.Value);

        public static T operator *(T quantity, double factor) => T.From(quantity.Value * factor);

        public static T operator *(double factor, T quantity) => T.From(quantity.Value * factor);

        public static T operator /(T quantity, double divisor) => T.From(quantity.Value / divisor);

        /// <summary>The plain ratio of two like quantities.</summary>
        public static double operator /(T left, T right) => left.Value / right.Value;

        public static bool operator <(T left, T right) => left.Value < right.Value;

        public static bool operator >(T left, T right) => left.Value > right.Value;

        public static bool operator <=(T left, T right) => left.Value <= right.Value;

        public static bool operator >=(T left, T right) => left.Value >= right.Value;
    }

    /// <summary>The sum of like quantities; zero where there are none.</summary>
    public static T Sum<T>(this IEnumerable<T> quantities)
        where T : struct, IQuantity<T> => T.From(quantities.Sum(quantity => quantity.Value));
}
