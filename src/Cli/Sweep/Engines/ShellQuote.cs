namespace SparseProf.Cli.Sweep.Engines;

/// <summary>Words that a POSIX shell reads back as they are.</summary>
internal static class ShellQuote
{
    /// <summary>In single quotes nothing has a meaning but the quote itself.</summary>
    public static string Word(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    public static string Line(IEnumerable<string> words) => string.Join(' ', words.Select(Word));
}
