using System.Globalization;

namespace SparseProf.Testing;

/// <summary>
/// How often a test of faults injects its fault: a few times usually, <c>SPARSEPROF_FAULTS</c> times as often where it is
/// set (50 by <c>make test-faults</c>). <c>SPARSEPROF_FAULTS_PIECE</c>, such as 3/10, does the third tenth of them, with
/// random moments and inputs of its own: ten pieces are one long run. What was done is printed, so that the counts of a
/// table can be read off logs.
/// </summary>
public static class FaultCounts
{
    public static double Factor { get; } =
        double.TryParse(Environment.GetEnvironmentVariable("SPARSEPROF_FAULTS"), CultureInfo.InvariantCulture, out var factor) && factor > 0 ? factor : 1;

    /// <summary>Which piece of the run this is, from 0, and of how many.</summary>
    public static (int Index, int Count) Piece { get; } = PieceOf(Environment.GetEnvironmentVariable("SPARSEPROF_FAULTS_PIECE"));

    /// <summary>A usual count, made larger for a long run; this piece's share of it.</summary>
    public static int Of(int usual)
    {
        var all = (long)Math.Round(usual * Factor);
        return (int)((all * (Piece.Index + 1) / Piece.Count) - (all * Piece.Index / Piece.Count));
    }

    /// <summary>A seed for random moments: each piece has its own, the first that of a whole run.</summary>
    public static int Seed(int seed) => seed + (1000 * Piece.Index);

    /// <summary>Prints a count where the test's output goes.</summary>
    public static void Tell(string what, long count) =>
        Xunit.TestContext.Current.SendDiagnosticMessage("{0}: {1}", what, count.ToString("N0", CultureInfo.InvariantCulture));

    private static (int Index, int Count) PieceOf(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return (0, 1);
        return text.Split('/') is [var index, var count] && int.TryParse(index, out var i) && int.TryParse(count, out var n) && i >= 1 && i <= n
            ? (i - 1, n)
            : throw new ArgumentException($"SPARSEPROF_FAULTS_PIECE is {text}; it must be such as 3/10", nameof(text));
    }
}
