using SparseProf.Ops.Errors;
using SparseProf.Store;

namespace SparseProf.Faults.Tests.Programs;

/// <summary>What every program and every database must be after a fault.</summary>
internal static class Sound
{
    /// <summary>Opens the database and checks its pages, its references and that complete measurements have the samples they claim.</summary>
    public static void Database(string path)
    {
        using var reader = MeasurementReader.Open(path);
        Assert.Equal("ok", Assert.Single(reader.Query<string>("PRAGMA integrity_check")));
        Assert.Empty(reader.Query<string>("PRAGMA foreign_key_check"));
        Assert.Empty(reader.Query<long>(
            """
            SELECT id FROM measurement
            WHERE stop_reason IS NOT NULL AND sample_count <> (SELECT coalesce(sum(length(samples)), 0) / 8 FROM sample WHERE measurement_id = measurement.id AND kind = 'time_s')
            """));
    }

    /// <summary>
    /// Checks every database of a folder, and of a sweep that it holds every case once. What was cut off in the middle stays beside
    /// what was measured in its place.
    /// </summary>
    public static void Folder(string folder)
    {
        foreach (var database in Directory.GetFiles(folder, "*.db", SearchOption.AllDirectories).Where(HasBegun))
            Database(database);
        if (!File.Exists(Path.Combine(folder, "sweep.db")))
            return;
        using var merged = MeasurementReader.Open(Path.Combine(folder, "sweep.db"));
        var keys = Keys(merged).ToList();
        Assert.Equal(keys.Count, keys.Distinct().Count());
        Assert.True(merged.Measurements().Where(row => row.Complete).Select(row => row.Op).Distinct().Count() is 0 or Inputs.CasesOfSweep, "a case of the sweep is missing");
    }

    private static IEnumerable<string> Keys(MeasurementReader reader) =>
        reader.Measurements().Where(row => row.Complete).Select(row => row.CaseKey).Concat(reader.TrainingRuns().Where(row => row.Result is { Outcome: "completed" }).Select(row => row.CaseKey));

    /// <summary>Whether the file is there and holds the tables: a program may be killed before it has made them, all at once.</summary>
    public static bool HasBegun(string path)
    {
        if (!File.Exists(path) || new FileInfo(path).Length == 0)
            return false;
        try
        {
            MeasurementReader.Open(path).Dispose();
            return true;
        }
        catch (UserErrorException empty) when (empty.Message == "the database is empty")
        {
            return false;
        }
    }

    /// <summary>An error is said in a sentence, never as a trace of the program's inside.</summary>
    public static void Words(string errors)
    {
        Assert.DoesNotContain("   at ", errors);
        Assert.DoesNotContain("failed unexpectedly", errors);
        Assert.DoesNotContain("Unhandled exception", errors);
    }

    /// <summary>Every row of every table but what names a moment or a process, for databases that must agree.</summary>
    public static string Content(string path, params string[] tables)
    {
        using var reader = MeasurementReader.Open(path);
        var lines = new List<string>();
        foreach (var table in tables)
        {
            lines.Add(table);
            lines.AddRange(reader.Query<dynamic>($"SELECT * FROM {table}").Cast<IDictionary<string, object?>>()
                .Select(row => string.Join('|', row.Where(field => !IsMoment(field.Key)).Select(field => Text(field.Value)))));
        }

        return string.Join('\n', lines);
    }

    // A row's checksum covers its moments.
    private static bool IsMoment(string column) => column.EndsWith("_utc", StringComparison.Ordinal) || column == "checksum";

    private static string Text(object? value) => value switch
    {
        byte[] bytes => Convert.ToHexString(bytes),
        double number => number.ToString("R", System.Globalization.CultureInfo.InvariantCulture),
        _ => Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture) ?? "",
    };
}
