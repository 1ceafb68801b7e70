using SparseProf.Ops.Units;
using SparseProf.Profiler.Training;

namespace SparseProf.Cli.Sweep.Plan;

/// <summary>Reads trainings of a plan: a grid of N (models), D (tokens) and S (sparsity), with the keys of <c>train --sweep</c>.</summary>
internal static class TrainingEntries
{
    private const double MostTokens = 1e15;
    private const int Largest = 1_000_000;

    public static TrainingEntry Of(PlanNode node, Seconds? time)
    {
        var fields = node.Fields("models", "tokens", "sparsity", "method", "vocabulary", "sequence", "batch", "learning_rate", "base_width", "seeds", "data", "devices", "time_per_case");
        var usual = new SweepFile { Models = [], Tokens = [], Sparsity = [] };
        var grid = new SweepFile
        {
            Models = [.. fields.Require("models").Items.Select(Model)],
            Tokens = [.. fields.Require("tokens").Items.Select(item => item.Number(1, MostTokens))],
            Sparsity = [.. fields.Require("sparsity").Items.Select(item => item.Number(0, 1))],
            Method = fields.Find("method")?.Text ?? usual.Method,
            Vocabulary = Size("vocabulary", usual.Vocabulary),
            Sequence = Size("sequence", usual.Sequence),
            Batch = Size("batch", usual.Batch),
            LearningRate = fields.Find("learning_rate")?.Number(0, 1e3) ?? usual.LearningRate,
            BaseWidth = Size("base_width", usual.BaseWidth),
            Seeds = fields.Axis("seeds", item => item.Whole(0, int.MaxValue), [.. usual.Seeds]),
        };
        grid.Check(node.Where);
        EntryText.CheckCount((long)grid.Models.Count * grid.Tokens.Count * grid.Sparsity.Count * grid.Seeds.Count, node);
        return new TrainingEntry(EntryText.Settings(fields, time), grid, fields.Find("data") is { } data ? DeviceEntries.Beside(data) : null);

        int Size(string key, int otherwise) => (int)(fields.Find(key)?.Whole(1, Largest) ?? otherwise);
    }

    private static SweepModel Model(PlanNode node)
    {
        var fields = node.Fields("width", "layers");
        return new SweepModel((int)fields.Require("width").Whole(1, Largest), (int)fields.Require("layers").Whole(1, Largest));
    }
}
