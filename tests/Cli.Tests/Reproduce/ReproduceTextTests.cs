using System.Text.Json;
using System.Text.Json.Nodes;
using SparseProf.Cli.Output;
using SparseProf.Cli.Reproduce;

namespace SparseProf.Cli.Tests.Reproduce;

public sealed class ReproduceTextTests
{
    private static readonly ReproducedModel[] s_models =
    [
        PlantedModels.Model("dense-cnn-small", isSparse: false, 0.80, 0.82, 0.81),
        PlantedModels.Model("sparse-cnn-dst-small", isSparse: true, 0.77, 0.79, 0.781),
        PlantedModels.Model("pruned-cnn-small", isSparse: true, 0.79, 0.83, 0.80),
    ];

    [Fact]
    public void Each_row_of_table_2_stands_as_printed_above_what_was_measured()
    {
        var lines = Write(output => Table2.Write(PlantedModels.Request(), s_models, "a processor", output));
        Assert.Equal("Table II: accuracy and cost of dense and sparse models", lines[0]);
        Assert.StartsWith("here: SYNTHETIC data, made by a program; small models of the same kinds; a processor; 9 trainings, 3 seeds a model", lines[1], StringComparison.Ordinal);
        var paper = Array.FindIndex(lines, line => line.Contains("Sparse CNN (DST)  ", StringComparison.Ordinal));
        Assert.Equal(["Sparse CNN (DST)", "paper", "CIFAR-10", "93.8", "0.936", "3M", "5.20E+08", "1.2 GB", "34 ms", "–"], Cells(lines[paper]));
        Assert.Equal(["sparse-cnn-dst-small", "here", "synthetic-vision", "78.0 (75.5 – 80.5)", "0.770 (0.745 – 0.795)"], Cells(lines[paper + 1]).Take(5));
        Assert.Contains(lines, line => line.Contains("noise 40.5 (", StringComparison.Ordinal) && line.Contains("dense-cnn-small", StringComparison.Ordinal));
    }

    [Fact]
    public void Models_are_compared_seed_by_seed()
    {
        var lines = Write(output => Table2.Write(PlantedModels.Request(), s_models, "a processor", output));
        Assert.Contains("  sparse-cnn-dst-small − dense-cnn-small on synthetic-vision: −3.0 points (−3.1 to −2.8), p < 0.001, 3 seeds: worse", lines);
        Assert.Contains(lines, line => line.StartsWith("  pruned-cnn-small − dense-cnn-small on synthetic-vision: −0.3 points", StringComparison.Ordinal) && line.EndsWith("no difference shown", StringComparison.Ordinal));
    }

    [Fact]
    public void One_seed_keeps_its_own_interval_and_is_not_compared()
    {
        ReproducedModel[] models = [PlantedModels.Model("dense-cnn-small", isSparse: false, 0.8), PlantedModels.Model("pruned-cnn-small", isSparse: true, 0.7)];
        var lines = Write(output => Table2.Write(PlantedModels.Request(seeds: 1), models, "a processor", output));
        Assert.Contains("1 seed a model; intervals over the examples of one seed, 95 %", lines[1], StringComparison.Ordinal);
        Assert.Contains(lines, line => line.Contains("80.0 (78.0 – 82.0)", StringComparison.Ordinal));
        Assert.Contains("Accuracy, paired by seed: needs a dense and a sparse model of the same data with 3 seeds or more", lines);
    }

    [Fact]
    public void The_paper_s_FLOPs_of_BERT_base_are_contradicted_by_its_graph()
    {
        var notes = PaperNotes.Table2();
        Assert.Contains("Dense Trans.: 110M parameters are BERT-base, which takes 22.3 GFLOP for 128 tokens; the 2.10E+09 printed are what about 12 tokens take", notes);
        Assert.Contains(notes, note => note.StartsWith("Dense CNN: ResNet-18 for 32×32 images has 11.2 M parameters and takes 1.11 GFLOP", StringComparison.Ordinal));
        Assert.All(Write(output => Table2.Write(PlantedModels.Request(), s_models, "a processor", output))[^notes.Count..], line => Assert.StartsWith("  - ", line, StringComparison.Ordinal));
    }

    [Fact]
    public void Table_3_tells_the_best_seed_and_cost_over_the_dense_model()
    {
        var lines = Write(output => Table3.Write(PlantedModels.Request(), s_models, "a processor", output));
        var measured = lines.Single(line => line.Contains("sparse-cnn-dst-small", StringComparison.Ordinal));
        Assert.Equal(["sparse-cnn-dst-small", "here", "synthetic-vision", "79.0", "1.00×", "–", "–, –"], Cells(measured));
        Assert.Contains(lines, line => line.Contains("DST CNN", StringComparison.Ordinal) && line.Contains("34 ms", StringComparison.Ordinal));
    }

    [Fact]
    public void Robustness_is_told_beside_the_claim_for_each_kind_of_data()
    {
        var lines = Write(output => Robustness.Write(PlantedModels.Request(), s_models, "a processor", output));
        Assert.Equal("Robustness: accuracy on clean validation data after training on all, on little or on wrongly labelled data", lines[0]);
        Assert.Equal("paper, without a figure: dynamic sparse training improves robustness, especially under limited or noisy data", lines[2]);
        var row = lines.Single(line => line.TrimStart().StartsWith("sparse-cnn-dst-small  ", StringComparison.Ordinal));
        Assert.Equal(["sparse-cnn-dst-small", "synthetic-vision", "78.0 (75.5 – 80.5)"], Cells(row).Take(3));
        Assert.Contains(lines, line => line.EndsWith("3 seeds: worse", StringComparison.Ordinal));
    }

    [Fact]
    public void The_document_says_what_is_synthetic_and_gives_every_figure_its_interval()
    {
        var document = JsonNode.Parse(JsonSerializer.Serialize(ReproduceDocument.OfModels("table2", PlantedModels.Request(), s_models, "a processor"), JsonOutput.Options))!;
        Assert.True((bool)document["synthetic"]!);
        Assert.Equal("small", (string?)document["size"]);
        var model = document["models"]!.AsArray()[1]!;
        Assert.Equal("sparse", (string?)model["series"]);
        Assert.Equal(0.7803, (double)model["accuracy"]!["value"]!, 1e-3);
        Assert.True((double)model["accuracy"]!["low"]! < 0.78);
        Assert.Equal("noise", (string?)model["corruptions"]![0]!["corruption"]);
        Assert.Equal(2, document["paired"]!.AsArray().Count);
        Assert.Equal("2.10E+09", (string?)document["paper"]![0]!["inference_flops"]);
    }

    private static string[] Write(Action<TextWriter> write)
    {
        using var output = new StringWriter();
        write(output);
        return output.ToString().TrimEnd().Split('\n');
    }

    private static string[] Cells(string line) => [.. line.Split("   ", StringSplitOptions.RemoveEmptyEntries).Select(cell => cell.Trim()).Where(cell => cell.Length > 0)];
}
