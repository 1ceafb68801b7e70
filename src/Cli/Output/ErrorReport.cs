using SparseProf.Ops;
using SparseProf.Ops.Errors;

namespace SparseProf.Cli.Output;

/// <summary>Errors on standard error: what was wrong, where, what is allowed, what to do next.</summary>
internal static class ErrorReport
{
    public static void Write(UserErrorException error) => Write(error, error.Next);

    /// <param name="next">The next step, where the error itself may name none.</param>
    public static void Write(UserErrorException error, string? next)
    {
        Console.Error.WriteLine($"error: {Printable.Of(error.Message)}");
        Line("where", error.Where);
        Line("allowed", error.Allowed);
        Line("next", next);
    }

    /// <summary>A defect of SparseProf itself: one line, and the trace only where SPARSEPROF_TRACE is set.</summary>
    public static void WriteBug(Exception bug)
    {
        Console.Error.WriteLine($"error: SparseProf failed unexpectedly: {bug.GetType().Name}: {bug.Message.Split('\n')[0]}");
        if (Environment.GetEnvironmentVariable("SPARSEPROF_TRACE") is { Length: > 0 })
            Console.Error.WriteLine(bug);
        else
            Line("next", "run again with SPARSEPROF_TRACE=1 and report the trace");
    }

    private static void Line(string label, string? text)
    {
        if (text is not null)
            Console.Error.WriteLine($"  {label + ":",-9}{Printable.Of(text)}");
    }
}
