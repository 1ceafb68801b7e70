using System.Text.Json;
using System.Text.Json.Nodes;
using SparseProf.Cli.Measure;
using SparseProf.Cli.Output;
using SparseProf.CostModel.Decisions;
using SparseProf.CostModel.Tests.Decisions;
using SparseProf.Ops;

namespace SparseProf.Cli.Tests.Measure;

public class MeasureDocumentTests
{
    private static readonly string[] s_contract =
    [
        "workload", "op", "kernel", "dtype", "pattern", "m", "n", "k", "batch", "mode", "median_s", "ci_low_s", "ci_high_s", "samples",
        "dense_equivalent_flops", "nonzero_flops", "parameters_total", "parameters_active", "parameters_nonzero", "weight_bytes",
        "peak_memory_bytes", "energy_j", "caveats",
    ];

    private static readonly string[] s_further =
    [
        "op_kind", "execution", "peak_memory_scope", "energy_missing_because", "verified", "max_rel_error", "stop_reason",
        "speedup_promised", "speedup_delivered", "speedup_low", "speedup_high",
    ];

    [Fact]
    public void Every_measurement_has_the_documented_fields_and_no_others() =>
        Assert.All(Document()["measurements"]!.AsArray(), measured =>
            Assert.Equal(s_contract.Concat(s_further).Order(), measured!.AsObject().Select(field => field.Key).Order()));

    [Fact]
    public void Values_are_in_SI_base_units()
    {
        var sparse = Document()["measurements"]![1]!;

        Assert.Equal("gemm m=128 n=3072 k=768 fp32 csr@0.5", (string?)sparse["op"]);
        Assert.Equal((128, 3072, 768), ((int)sparse["m"]!, (int)sparse["n"]!, (int)sparse["k"]!));
        Assert.Equal(("hot", "sparse"), ((string?)sparse["mode"], (string?)sparse["execution"]));
        Assert.Equal(2e-3, (double)sparse["median_s"]!);
        Assert.Equal(3, (int)sparse["samples"]!);
        Assert.Equal(2.0 * 128 * 3072 * 768, (double)sparse["dense_equivalent_flops"]!);
        Assert.Equal(1.0 * 128 * 3072 * 768, (double)sparse["nonzero_flops"]!);
        Assert.Equal(2, (double)sparse["speedup_promised"]!);
        Assert.Equal(2, (double)sparse["speedup_delivered"]!, 1e-12);
        Assert.Equal("noisy", (string?)Assert.Single(sparse["caveats"]!.AsArray()));
    }

    [Fact]
    public void A_field_that_does_not_apply_is_null()
    {
        var measurements = Document()["measurements"]!.AsArray();
        var (dense, model) = (measurements[0]!, measurements[2]!);

        Assert.All(["workload", "peak_memory_bytes", "energy_j", "speedup_promised", "speedup_delivered"], field => Assert.Null(dense[field]));
        Assert.All(["m", "n", "k", "energy_j"], field => Assert.Null(model[field]));
        Assert.Equal("no counter", (string?)model["energy_missing_because"]);
        Assert.Empty(dense["caveats"]!.AsArray());
    }

    [Fact]
    public void The_run_and_what_was_not_measured_are_told()
    {
        var document = Document();

        Assert.Equal(["run", "measurements", "attempts"], document.AsObject().Select(field => field.Key));
        Assert.Equal(("completed", "Some CPU", 2), ((string?)document["run"]!["outcome"], (string?)document["run"]!["device_name"], (int)document["run"]!["device_units"]!));
        Assert.Equal("wrong_result", (string?)document["attempts"]![0]!["status"]);
    }

    private static JsonNode Document()
    {
        TimedMeasurement[] measurements =
        [
            Planted.Dense(1, "torch.linear", 4e-3, 4e-3, 4e-3),
            Planted.Sparse(2, 0.5, 2e-3, 2e-3, 2e-3).Doubted(Caveat.Noisy),
            Planted.Model(3, "dense-cnn", "torch", Execution.Dense, 1, 8e-3),
        ];
        return JsonNode.Parse(JsonSerializer.Serialize(
            MeasureDocument.Of(PlantedRun.Completed, measurements, Speedups.Of(measurements), [PlantedRun.WrongResult]), JsonOutput.Options))!;
    }
}
