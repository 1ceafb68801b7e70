using System.Reflection;
using System.Text.Json;

namespace SparseProf.Store.Sqlite;

/// <summary>The columns of a row type: its scalar properties in snake_case, except the id that the database gives.</summary>
internal static class RowColumns<T>
{
    private static readonly PropertyInfo[] s_properties =
        [.. typeof(T).GetProperties().Where(property => property.Name is not ("Id" or "RunId" or "ImportId" or "TrainingRunId") && IsScalar(property.PropertyType))];

    public static IReadOnlyList<string> Names { get; } =
        [.. s_properties.Select(property => JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name))];

    public static IEnumerable<object> Values(T row) => s_properties.Select(property => Scalar.ToSql(property.GetValue(row)));

    private static bool IsScalar(Type type)
    {
        var plain = Nullable.GetUnderlyingType(type) ?? type;
        return plain.IsPrimitive || plain.IsEnum || plain == typeof(string) || plain == typeof(DateTimeOffset);
    }
}

internal static class Scalar
{
    /// <summary>Enums as lower-case text, times in UTC, texts without zero characters, anything but a finite number as null.</summary>
    public static object ToSql(object? value) => value switch
    {
        null => DBNull.Value,
        double number => double.IsFinite(number) ? number : DBNull.Value,
        bool flag => flag ? 1L : 0L,
        // SQLite's texts end at a zero character; what libraries print may hold some.
        string text => text.Replace('\0', '\uFFFD'),
        Enum name => name.ToString().ToLowerInvariant(),
        DateTimeOffset time => Utc(time),
        _ => value,
    };

    public static string Utc(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'");
}
