using SparseProf.Cli.Output;
using SparseProf.CostModel.Decisions;
using SparseProf.Ops.Statistics;
using SparseProf.Ops.Units;
using SparseProf.Workloads;
using SparseProf.Workloads.Evaluation;

namespace SparseProf.Cli.Reproduce;

/// <summary>The points of the paper's figures 2 and 3, as tables.</summary>
internal static class Figures
{
    public static void WriteFigure2(ReproduceRequest request, IReadOnlyList<ReproducedModel> models, string device, TextWriter output)
    {
        ReproduceHeading.Write("Figure 2: accuracy over FLOPs of one input, dense and sparse", request, models, device, output);
        output.WriteLine($"paper: {Paper.Figure2}");
        var table = new TextTable().Text("series", "model", "data set").Numbers("FLOPs of one input", "accuracy %", "parameters");
        foreach (var model in models)
            table.Row(Series(model.Planned.IsSparse), model.Planned.Name, model.Planned.Data.Name, model.Graph.NonzeroFlops.ToString(), ReproduceCells.Percent(model.Mean(EvaluationFigures.Accuracy)), ReproduceCells.Parameters(model));
        table.Write(output);
        Table2.WriteNotes("Where the paper's own numbers do not fit together", PaperNotes.Figure2, output);
    }

    public static void WriteFigure3(IReadOnlyList<InferencePair> pairs, string device, TextWriter output)
    {
        output.WriteLine("Figure 3: time of one image through dense and sparse CNNs");
        output.WriteLine($"here: ResNets of 18 layers, random weights; sparse ones keep 26.8 % of their parameters by ERK masks; {device}; 95 % intervals of medians");
        output.WriteLine($"paper: {Paper.Figure3}");
        var table = new TextTable().Text("model").Numbers("parameters", "dense", "sparse", "FLOPs promise", "time delivers (95 %)");
        foreach (var pair in pairs)
        {
            table.Row(
                pair.Model, SiFormat.Count(pair.Dense.Graph.TotalParameters.Value), ReproduceCells.Time(pair.DenseTime), ReproduceCells.Time(pair.SparseTime),
                $"{pair.Dense.Graph.DenseEquivalentFlops / pair.Sparse.Graph.NonzeroFlops:0.00}×",
                pair.Delivered is { } delivered ? $"{delivered.Value:0.00}× ({delivered.Low:0.00} – {delivered.High:0.00})" : ReproduceCells.Nothing);
        }

        table.Write(output);
        Table2.WriteNotes("Where the paper's own numbers do not fit together", PaperNotes.Figure3, output);
    }

    public static string Series(bool sparse) => sparse ? "sparse" : "dense";
}

/// <summary>A dense model and its sparse form, timed.</summary>
/// <param name="DenseTime">Of the fastest dense execution; null where it was not reached.</param>
internal sealed record InferencePair(string Model, Workload Dense, Workload Sparse, TimedMeasurement? DenseTime, TimedMeasurement? SparseTime)
{
    /// <summary>Time of the dense execution over that of the sparse one.</summary>
    public Estimate? Delivered => DenseTime is null || SparseTime is null ? null : Speedups.Delivered(DenseTime, SparseTime);
}
