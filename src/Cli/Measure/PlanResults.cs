namespace SparseProf.Cli.Measure;

/// <summary>Writes what became of a plan, and says so.</summary>
internal static class PlanResults
{
    /// <param name="plan">Null where a suite was measured.</param>
    /// <param name="path">Null where no file was asked for.</param>
    public static void Write(MeasurePlan? plan, string? path, string database, long runId)
    {
        if (plan is null || path is null)
            return;
        var measured = plan.WriteResults(path, database, runId);
        Console.Error.WriteLine($"{measured} kernels of the plan written to {path}: 'sparseprof fit latency --csv {path}' takes it");
    }
}
