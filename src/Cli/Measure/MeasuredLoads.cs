using SparseProf.Ops;
using SparseProf.Store;

namespace SparseProf.Cli.Measure;

/// <summary>How the latest training of a mixture in a database loaded its experts.</summary>
internal static class MeasuredLoads
{
    private const string Latest = """
        SELECT value FROM training_metric
        WHERE name LIKE 'expert_load.0.%' AND (training_run_id, step) = (
            SELECT training_run_id, step FROM training_metric WHERE name LIKE 'expert_load.0.%' ORDER BY training_run_id DESC, step DESC LIMIT 1)
        ORDER BY CAST(substr(name, length('expert_load.0.') + 1) AS INTEGER)
        """;

    /// <summary>Of the first mixture's last recorded step; null where the database holds no training of one.</summary>
    public static ExpertLoad? Of(string database)
    {
        if (!File.Exists(database))
            return null;
        using var reader = MeasurementReader.Open(database);
        return reader.Query<double>(Latest) is { Count: > 1 } shares && shares.Any(share => share > 0) ? new ExpertLoad.Measured(shares) : null;
    }
}
