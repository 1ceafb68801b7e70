namespace SparseProf.CostModel.Decisions.Deployment;

/// <summary>Candidates that none dominates: less or equal in everything and less in one thing. Latency, price, energy, and loss of quality where it is known.</summary>
internal static class ParetoFront
{
    public static HashSet<DeploymentCandidate> Of(IReadOnlyList<DeploymentCandidate> feasible)
    {
        var keys = feasible.Select(Key).ToArray();
        var order = Enumerable.Range(0, keys.Length).OrderBy(i => keys[i][0]).ThenBy(i => keys[i][1]).ThenBy(i => keys[i][2]).ThenBy(i => keys[i][3]).ToArray();
        var front = new List<int>();
        foreach (var i in order)
        {
            if (!front.Exists(other => Dominates(keys[other], keys[i])))
                front.Add(i);
        }

        return [.. front.Select(i => feasible[i])];
    }

    // What is not known counts as worst, so that it never hides what is known.
    private static double[] Key(DeploymentCandidate candidate) =>
    [
        candidate.P95Seconds!.Value.Value,
        candidate.UsdPerMillion?.Value ?? double.MaxValue,
        candidate.JoulesPerInference?.Value ?? double.MaxValue,
        candidate.Quality.Change is { } change ? (candidate.Quality.Metric.Contains("loss", StringComparison.OrdinalIgnoreCase) ? change.Value : -change.Value) : double.MaxValue,
    ];

    private static bool Dominates(double[] a, double[] b)
    {
        for (var i = 0; i < a.Length; i++)
        {
            if (a[i] > b[i])
                return false;
        }

        return true;
    }
}
