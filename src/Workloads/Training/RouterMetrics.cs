using System.Globalization;
using SparseProf.Workloads.Modules;

namespace SparseProf.Workloads.Training;

/// <summary>What the routers of a model did in a step.</summary>
internal static class RouterMetrics
{
    /// <summary>
    /// Over all mixtures: the load imbalance (busiest expert over mean), the dropped share of choices, the mean router
    /// entropy; of each mixture m and expert e the share of choices as expert_load.m.e.
    /// </summary>
    public static IEnumerable<KeyValuePair<string, double>> Of(IReadOnlyList<SwitchLayer> mixtures)
    {
        var assignments = mixtures.Select(mixture => mixture.LastAssignment).OfType<TokenAssignment>().ToList();
        if (assignments.Count == 0)
            yield break;
        yield return new("load_imbalance", assignments.Average(assignment => assignment.LoadImbalance));
        yield return new("dropped_share", assignments.Average(assignment => (double)assignment.DroppedTokens / assignment.Requested.Sum()));
        yield return new("router_entropy", mixtures.Average(mixture => mixture.LastEntropy ?? 0));
        for (var mixture = 0; mixture < assignments.Count; mixture++)
        {
            double choices = assignments[mixture].Requested.Sum();
            for (var expert = 0; expert < assignments[mixture].Requested.Count; expert++)
                yield return new(string.Create(CultureInfo.InvariantCulture, $"expert_load.{mixture}.{expert}"), assignments[mixture].Requested[expert] / choices);
        }
    }
}
