using System.Globalization;
using System.IO.Compression;
using CsvHelper;
using CsvHelper.Configuration;
using SparseProf.Ops.Errors;

namespace SparseProf.Store.Csv;

/// <summary>
/// Reads a CSV with a header row, columns by name in any order. Lines that start with <c>#</c> and empty lines are
/// passed over; <c>.gz</c> is accepted. Every problem names file, line and column.
/// </summary>
public sealed class CsvFile : IDisposable
{
    private readonly CsvParser _parser;
    private readonly string[] _header;

    private CsvFile(string path, CsvParser parser, string[] header)
    {
        Path = path;
        _parser = parser;
        _header = header;
    }

    public string Path { get; }

    public IReadOnlyList<string> Header => _header;

    /// <summary>The line of the current row, from 1.</summary>
    public int Line => _parser.RawRow;

    /// <exception cref="UserErrorException">The file is missing, unreadable, empty, or names a column twice.</exception>
    public static CsvFile Open(string path)
    {
        var parser = new CsvParser(OpenText(path), new CsvConfiguration(CultureInfo.InvariantCulture)
        {
            AllowComments = true,
            Comment = '#',
            IgnoreBlankLines = true,
            TrimOptions = TrimOptions.Trim,
            BadDataFound = null,
            CacheFields = false,
        });
        try
        {
            var header = ReadHeader(path, parser);
            return new CsvFile(path, parser, header);
        }
        catch
        {
            parser.Dispose();
            throw;
        }
    }

    /// <summary>The place of a column, or -1.</summary>
    public int Find(string column) => Array.FindIndex(_header, name => string.Equals(name, column, StringComparison.OrdinalIgnoreCase));

    /// <exception cref="UserErrorException">No such column; says which one was probably meant.</exception>
    public int Require(string column)
    {
        var place = Find(column);
        if (place >= 0)
            return place;
        var nearest = Suggestion.Nearest(column, _header);
        throw new UserErrorException(ErrorKind.WrongUsage, $"the CSV has no column '{column}'")
        {
            Where = $"{Path}:1",
            Allowed = $"a header row with '{column}'; found: {string.Join(", ", _header)}",
            Next = nearest is null ? null : $"if '{nearest}' was meant, rename it to '{column}'",
        };
    }

    /// <summary>Steps to the next row; false at the end.</summary>
    /// <exception cref="UserErrorException">The row has another number of fields than the header, or the file is damaged.</exception>
    public bool Read()
    {
        try
        {
            if (!_parser.Read())
                return false;
        }
        catch (Exception damaged) when (damaged is InvalidDataException or IOException or CsvHelperException)
        {
            throw new UserErrorException(ErrorKind.WrongUsage, $"the file cannot be read: {damaged.Message.Split('\n')[0]}", damaged) { Where = $"{Path}:{Line}" };
        }

        if (_parser.Count != _header.Length)
            throw Problem(null, $"the row has {_parser.Count} fields, the header has {_header.Length}", $"{_header.Length} fields");
        return true;
    }

    /// <summary>The text of a field; empty where <paramref name="column"/> is -1.</summary>
    public string Text(int column) => column < 0 ? "" : _parser[column] ?? "";

    /// <summary>A finite number, or null where the field is empty or <paramref name="column"/> is -1.</summary>
    /// <exception cref="UserErrorException">The field is not a finite number.</exception>
    public double? OptionalNumber(int column)
    {
        var text = Text(column);
        if (text.Length == 0)
            return null;
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value))
            return value;
        throw Problem(column, $"'{text}' is not a number", "a finite decimal number such as 0.25 or 3e8");
    }

    /// <exception cref="UserErrorException">The field is empty or not a finite number.</exception>
    public double Number(int column) => OptionalNumber(column) ?? throw Problem(column, "the field is empty", "a number");

    /// <summary>An error at the current row, and at a column of it where one is given.</summary>
    public UserErrorException Problem(int? column, string what, string? allowed = null, string? next = null) => new(ErrorKind.WrongUsage, what)
    {
        Where = column is { } place and >= 0 ? $"{Path}:{Line}, column {place + 1} ({_header[place]})" : $"{Path}:{Line}",
        Allowed = allowed,
        Next = next,
    };

    public void Dispose() => _parser.Dispose();

    private static StreamReader OpenText(string path)
    {
        try
        {
            Stream stream = File.OpenRead(path);
            if (path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase))
                stream = new GZipStream(stream, CompressionMode.Decompress);
            return new StreamReader(stream);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException(ErrorKind.WrongUsage, $"cannot open the file: {unreadable.Message}", unreadable)
            {
                Where = path,
                Next = "check the path and its permissions",
            };
        }
    }

    private static string[] ReadHeader(string path, CsvParser parser)
    {
        try
        {
            if (!parser.Read())
                throw new UserErrorException(ErrorKind.WrongUsage, "the CSV is empty") { Where = path, Allowed = "a header row and at least one data row" };
        }
        catch (Exception damaged) when (damaged is InvalidDataException or IOException or CsvHelperException)
        {
            throw new UserErrorException(ErrorKind.WrongUsage, $"the file cannot be read: {damaged.Message.Split('\n')[0]}", damaged) { Where = path };
        }

        var header = parser.Record!.Select(name => name.Trim('\uFEFF', ' ')).ToArray();
        var twice = header.GroupBy(name => name, StringComparer.OrdinalIgnoreCase).FirstOrDefault(group => group.Count() > 1);
        return twice is null
            ? header
            : throw new UserErrorException(ErrorKind.WrongUsage, $"the header names the column '{twice.Key}' twice") { Where = $"{path}:{parser.RawRow}" };
    }
}
