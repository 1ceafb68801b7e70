using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;

namespace SparseProf.Store.Sqlite;

/// <summary>
/// The checksum of a row: the exclusive or of its cells' CRC-32C, each over column name, type and value. It does not depend
/// on the order of columns, ids or nulls, so columns that are completed later are added to it, and a merged row keeps it.
/// </summary>
internal static class RowChecksum
{
    public const string Column = "checksum";

    // Integers up to here and reals of the same value are one: a column of reals gives back what was bound as an integer.
    private const long LargestExact = 1L << 53;

    private static readonly HashSet<string> s_ids = ["id", "run_id", "measurement_id", "training_run_id", "import_id", Column];

    /// <summary>Whether a column takes part: all do but ids, which a merge gives anew.</summary>
    public static bool Covers(string column) => !s_ids.Contains(column);

    public static long Of(IReadOnlyList<string> columns, ReadOnlySpan<object> values)
    {
        uint sum = 0;
        for (var i = 0; i < columns.Count; i++)
        {
            if (Covers(columns[i]))
                sum ^= OfCell(columns[i], values[i]);
        }

        return sum;
    }

    /// <summary>Of one cell; 0 for null.</summary>
    public static uint OfCell(string column, object value) => value switch
    {
        DBNull => 0,
        long integer when Math.Abs((double)integer) <= LargestExact => OfReal(column, integer),
        long integer => Of(column, 'i', MemoryMarshal.AsBytes([integer])),
        int integer => OfReal(column, integer),
        double real => OfReal(column, real),
        float real => OfReal(column, real),
        string text => Of(column, 't', Encoding.UTF8.GetBytes(text)),
        byte[] bytes => Of(column, 'b', bytes),
        _ => throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"a column cannot hold {value.GetType()}"), nameof(value)),
    };

    // SQLite has one zero.
    private static uint OfReal(string column, double real) => Of(column, 'r', MemoryMarshal.AsBytes([real == 0 ? 0.0 : real]));

    private static uint Of(string column, char type, ReadOnlySpan<byte> value)
    {
        var sum = uint.MaxValue;
        foreach (var letter in column)
            sum = BitOperations.Crc32C(sum, (byte)letter);
        sum = BitOperations.Crc32C(sum, (byte)type);
        foreach (var word in MemoryMarshal.Cast<byte, ulong>(value))
            sum = BitOperations.Crc32C(sum, word);
        foreach (var rest in value[(value.Length / sizeof(ulong) * sizeof(ulong))..])
            sum = BitOperations.Crc32C(sum, rest);
        return ~sum;
    }
}
