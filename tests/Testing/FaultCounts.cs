namespace SparseProf.Testing;

/// <summary>
/// How often a test of faults injects its fault: a few times usually, <c>SPARSEPROF_FAULTS</c> times as often where it is
/// set (50 by <c>make test-faults</c>). What was done is printed, so that the counts of a table can be read off a log.
/// </summary>
public static class FaultCounts
{
    public static double Factor { get; } =
        double.TryParse(Environment.GetEnvironmentVariable("SPARSEPROF_FAULTS"), System.Globalization.CultureInfo.InvariantCulture, out var factor) && factor > 0 ? factor : 1;

    /// <summary>A usual count, made larger for a long run.</summary>
    public static int Of(int usual) => (int)Math.Round(usual * Factor);

    /// <summary>Prints a count where the test's output goes.</summary>
    public static void Tell(string what, long count) =>
        Xunit.TestContext.Current.SendDiagnosticMessage("{0}: {1}", what, count.ToString("N0", System.Globalization.CultureInfo.InvariantCulture));
}
