using System.Globalization;
using System.Numerics;

namespace SparseProf.Ops.Errors;

/// <summary>Bounds of values that people give: whatever lies outside is refused in the same words. NaN and infinities always do.</summary>
public static class Bounds
{
    /// <param name="where">The option, or the place in a file.</param>
    /// <exception cref="UserErrorException">The value lies outside.</exception>
    public static T Within<T>(T value, string where, T least, T most)
        where T : INumber<T> =>
        value >= least && value <= most ? value : throw Outside(value, where, string.Create(CultureInfo.InvariantCulture, $"{least} to {most}"));

    /// <returns>Null for null: for what was not given.</returns>
    /// <exception cref="UserErrorException">The value lies outside.</exception>
    public static T? Within<T>(T? value, string where, T least, T most)
        where T : struct, INumber<T> => value is { } given ? Within(given, where, least, most) : null;

    /// <exception cref="UserErrorException">The value lies below.</exception>
    public static T AtLeast<T>(T value, string where, T least)
        where T : INumber<T> =>
        value >= least && T.IsFinite(value) ? value : throw Outside(value, where, string.Create(CultureInfo.InvariantCulture, $"{least} or more"));

    /// <returns>Null for null: for what was not given.</returns>
    /// <exception cref="UserErrorException">The value lies below.</exception>
    public static T? AtLeast<T>(T? value, string where, T least)
        where T : struct, INumber<T> => value is { } given ? AtLeast(given, where, least) : null;

    /// <exception cref="UserErrorException">The value is 0, less, or above <paramref name="most"/>.</exception>
    public static double Positive(double value, string where, double most = double.MaxValue) => value > 0 && value <= most
        ? value
        : throw Outside(value, where, most == double.MaxValue ? "a number above 0" : string.Create(CultureInfo.InvariantCulture, $"above 0, up to {most}"));

    /// <summary>A share that leaves something over.</summary>
    /// <exception cref="UserErrorException">The value is less than 0, or 1 and more.</exception>
    public static double Share(double value, string where) =>
        value is >= 0 and < 1 ? value : throw Outside(value, where, "0 up to, but not including, 1");

    private static UserErrorException Outside<T>(T value, string where, string allowed)
        where T : INumber<T> =>
        new(ErrorKind.WrongUsage, string.Create(CultureInfo.InvariantCulture, $"{value} is out of range")) { Where = where, Allowed = allowed };
}
