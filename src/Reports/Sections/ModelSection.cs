using SparseProf.CostModel.Decisions;
using SparseProf.Ops.Statistics;
using SparseProf.Reports.Charts;
using SparseProf.Reports.Document;
using SparseProf.Reports.Evidence;

namespace SparseProf.Reports.Sections;

/// <summary>Latency, throughput, energy and memory of each model.</summary>
internal static class ModelSection
{
    private const string Id = "models";
    private const string Title = "Latency, throughput, energy and memory by model";

    public static Section Build(ReportEvidence evidence)
    {
        var devices = evidence.Devices.Where(device => device.Models.Any()).ToList();
        if (devices.Count == 0)
            return Section.Without(Id, Title, "No model was measured; 'sparseprof measure --suite paper' measures the paper's.");
        var blocks = new List<Block>();
        foreach (var device in devices)
        {
            var suffix = devices.Count == 1 ? "" : $"-{device.Run.Id}";
            blocks.Add(new Block.ChartBlock(ModelCharts.Latency(device, "latency" + suffix)));
            if (ModelCharts.Memory(device, "memory" + suffix) is { } memory)
                blocks.Add(new Block.ChartBlock(memory));
            if (device.NoEnergyBecause is { } because)
                blocks.Add(new Block.Paragraph($"Energy of {device.Name}: not measured, {because}."));
            blocks.Add(new Block.TableBlock(Table(device, "models" + suffix)));
        }

        return new(Id, Title, blocks);
    }

    private static Table Table(DeviceEvidence device, string id) => new(
        id, $"Models on {device.Name}: one forward pass",
        [
            Column.Text("model", "model"), Column.Text("pattern", "weights"), Column.Text("execution", "execution"), Column.Text("mode", "caches"), new("batch", "batch"), new("time", "time", Quantity.Time), new("throughput_per_s", "passes/s"),
            new("speedup", "speedup", Quantity.Ratio), new("energy_j", "energy", Quantity.Energy), new("parameters", "parameters", Quantity.Count), new("nonzero", "nonzero", Quantity.Count), new("weight_bytes", "stored", Quantity.Memory), new("peak_bytes", "peak", Quantity.Memory),
        ],
        [.. device.Models.Select(measured => Row(measured, device.Speedups.GetValueOrDefault(measured.Row.Id)))])
    {
        Dense = true,
    };

    private static Cell[] Row(TimedMeasurement measured, Speedup? speedup) =>
    [
        measured.Row.Workload, measured.Row.Pattern, measured.Row.Kernel, measured.Row.Mode.ToString().ToLowerInvariant(), measured.Row.Batch, measured.Time, (measured.Row.Batch ?? 1) / measured.Time.Value,
        speedup?.Delivered, Energy(measured), measured.Row.ParametersTotal, measured.Row.ParametersNonzero, measured.Row.WeightBytes, ModelCharts.Peak(measured),
    ];

    // 95 %: two standard deviations of the counter's uncertainty.
    internal static Cell Energy(TimedMeasurement measured) => measured.Result.EnergyJ is { } joules
        ? measured.Result.EnergySigmaJ is { } sigma ? new Estimate(joules, joules - 2 * sigma, joules + 2 * sigma, Provenance.Measured) : joules
        : Cell.Empty;
}
