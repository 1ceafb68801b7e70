using SparseProf.Ops;
using SparseProf.Ops.Architectures;
using SparseProf.Ops.Units;
using SparseProf.Workloads;

namespace SparseProf.Cli.Sweep.Plan;

/// <summary>Reads models of a plan; a pattern applies to transformers, the other models have their own.</summary>
internal static class ModelEntries
{
    private const int MostInputs = 4096;

    public static ModelEntry Of(PlanNode node, Seconds? time)
    {
        var fields = node.Fields("workload", "pattern", "batch", "devices", "time_per_case");
        var named = fields.Require("workload").Items.Select(item => WorkloadCatalog.Find(item.Text, item.Where)).ToList();
        var patterns = fields.Axis("pattern", item => SparsityPatternText.Parse(item.Text, item.Where));
        var batches = fields.Axis("batch", item => item.Whole(1, MostInputs));
        if (patterns.Count > 0 && named.FirstOrDefault(workload => workload.Architecture is not TransformerConfig) is { } rigid)
            throw fields.Require("pattern").Problem($"{rigid.Name} has weights of its own pattern", next: "give it an entry without pattern");
        return new ModelEntry(EntryText.Settings(fields, time),
        [
            .. from workload in named
               from batch in batches.Count > 0 ? batches : [workload.Batch]
               from sized in patterns.Count > 0 ? patterns.Select(workload.WithPattern) : [workload]
               select sized with { Batch = batch },
        ]);
    }
}
