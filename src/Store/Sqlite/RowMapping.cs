using System.Data;
using System.Globalization;
using Dapper;

namespace SparseProf.Store.Sqlite;

/// <summary>How Dapper reads our columns: snake_case names, times as ISO 8601 text.</summary>
internal static class RowMapping
{
    public static void Register()
    {
        DefaultTypeMap.MatchNamesWithUnderscores = true;
        SqlMapper.AddTypeHandler(new UtcTime());
    }

    private sealed class UtcTime : SqlMapper.TypeHandler<DateTimeOffset>
    {
        public override DateTimeOffset Parse(object value) =>
            DateTimeOffset.Parse((string)value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

        public override void SetValue(IDbDataParameter parameter, DateTimeOffset value) => parameter.Value = Scalar.Utc(value);
    }
}
