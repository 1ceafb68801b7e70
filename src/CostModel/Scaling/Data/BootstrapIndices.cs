using System.Globalization;
using SparseProf.Ops.Errors;

namespace SparseProf.CostModel.Scaling.Data;

/// <summary>Resamples drawn elsewhere, so that a published bootstrap can be repeated draw by draw.</summary>
public static class BootstrapIndices
{
    /// <summary>Row numbers from 0, one array a resample.</summary>
    /// <exception cref="UserErrorException">The file does not fit the number of rows.</exception>
    public static IReadOnlyList<int[]> Read(string path, int rows)
    {
        try
        {
            var draws = path.EndsWith(".u8", StringComparison.OrdinalIgnoreCase)
                ? File.ReadAllBytes(path).Chunk(rows).Select(chunk => chunk.Select(value => (int)value).ToArray()).ToList()
                : File.ReadLines(path).Where(line => line.Length > 0)
                    .Select(line => line.Split(',', ' ').Select(text => int.Parse(text, CultureInfo.InvariantCulture)).ToArray()).ToList();
            var wrong = draws.FindIndex(draw => draw.Length != rows || draw.Any(row => row < 0 || row >= rows));
            if (wrong < 0 && draws.Count > 0)
                return draws;
            throw Problem(path, rows, wrong + 1);
        }
        catch (FormatException)
        {
            throw Problem(path, rows, 1);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException(ErrorKind.WrongUsage, $"cannot open the file: {unreadable.Message}", unreadable) { Where = path };
        }
    }

    private static UserErrorException Problem(string path, int rows, int resample) => new(ErrorKind.WrongUsage, $"resample {resample} does not fit a table of {rows} rows")
    {
        Where = path,
        Allowed = $"{rows} numbers from 0 to {rows - 1} a resample",
    };
}
