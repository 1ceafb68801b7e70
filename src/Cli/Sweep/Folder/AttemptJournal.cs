using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace SparseProf.Cli.Sweep.Folder;

/// <summary>A line of a journal.</summary>
/// <param name="Event">start, open (the shard is there), begin and end (of a case), stop.</param>
internal sealed record JournalLine(string Event, DateTimeOffset AtUtc)
{
    /// <summary>The key of a case.</summary>
    public string? Case { get; init; }

    /// <summary>Of a case: measured, stored before, or failed; of an attempt: completed, interrupted, cancelled, failed or missing.</summary>
    public string? Outcome { get; init; }

    public string? Message { get; init; }

    public string? Host { get; init; }

    public int? ProcessId { get; init; }
}

/// <summary>
/// What an attempt at a task says of itself, one line of JSON each. Its file is made by whoever is the first to ask for the number, so
/// two processes never are the same attempt, whatever a scheduler does, and no shard has two writers.
/// </summary>
internal sealed class AttemptJournal : IDisposable
{
    public static JsonSerializerOptions Json { get; } = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    private readonly FileStream _file;

    private AttemptJournal(FileStream file, int attempt)
    {
        _file = file;
        Attempt = attempt;
    }

    /// <summary>From 1.</summary>
    public int Attempt { get; }

    /// <summary>The next attempt at a task.</summary>
    /// <exception cref="IOException">The journal cannot be written; the number is then free again.</exception>
    public static AttemptJournal Begin(SweepFolder folder, int task)
    {
        for (var attempt = 1; ; attempt++)
        {
            if (Take(folder.JournalPath(task, attempt)) is not { } file)
                continue;
            var journal = new AttemptJournal(file, attempt);
            try
            {
                journal.Write(new JournalLine("start", DateTimeOffset.UtcNow) { Host = Environment.MachineName, ProcessId = Environment.ProcessId });
                return journal;
            }
            catch
            {
                journal.Dispose();
                File.Delete(file.Name);
                throw;
            }
        }
    }

    // Null where there is such a journal, be it one that another process made just now.
    private static FileStream? Take(string path)
    {
        if (File.Exists(path))
            return null;
        try
        {
            return new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0);
        }
        catch (IOException) when (File.Exists(path))
        {
            return null;
        }
    }

    public void Write(JournalLine line)
    {
        _file.Write(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(line, Json) + "\n"));
        _file.Flush();
    }

    /// <summary>The last line, on the disk before this returns.</summary>
    public void Stop(string outcome, string? message = null)
    {
        Write(new JournalLine("stop", DateTimeOffset.UtcNow) { Outcome = outcome, Message = message });
        _file.Flush(flushToDisk: true);
    }

    /// <summary>Whole lines of a journal that may be written meanwhile or was cut off.</summary>
    public static IReadOnlyList<JournalLine> Read(string path)
    {
        var lines = new List<JournalLine>();
        using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        while (reader.ReadLine() is { } text)
        {
            try
            {
                if (JsonSerializer.Deserialize<JournalLine>(text, Json) is { } line)
                    lines.Add(line);
            }
            catch (JsonException)
            {
                // The end of a line is missing: the process was killed while it wrote.
            }
        }

        return lines;
    }

    public void Dispose() => _file.Dispose();
}
