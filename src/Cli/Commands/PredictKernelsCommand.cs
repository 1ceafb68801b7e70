using System.CommandLine;
using SparseProf.Cli.Output;
using SparseProf.CostModel.Hardware;
using SparseProf.CostModel.Latency;

namespace SparseProf.Cli.Commands;

/// <summary><c>sparseprof predict kernels</c>: the rows of a CSV with latency, interval, provenance and range appended.</summary>
internal static class PredictKernelsCommand
{
    public static Command Build()
    {
        var csv = ModelOptions.Csv("Kernels to predict; latency_s and power_w may be empty or missing.");
        var profile = ModelOptions.Profile();
        var calibration = ModelOptions.Calibration();
        var priors = ModelOptions.Priors();
        var output = new Option<string?>("--out") { Description = "Write the CSV here; standard output without it.", HelpName = "FILE" };
        var power = new Option<bool>("--power") { Description = "Append predicted_power_w; also where the CSV has a column power_w." };
        var seed = CommonOptions.Seed();
        var json = CommonOptions.Json();
        var command = new Command("kernels", "Predict the latency of each kernel of a CSV.") { csv, profile, calibration, priors, output, power, seed, json };
        command.SetAction(parsed =>
        {
            var file = OutputFile.Checked(parsed.GetValue(output), "--out");
            var device = ProfileCatalog.Load(parsed.GetValue(profile)!);
            var table = KernelTable.Read(parsed.GetValue(csv)!, needLatency: false);
            var fitted = ModelOptions.Load(parsed.GetValue(calibration), device);
            var predictions = PredictionTable.Predict(table, device, fitted, Priors.Read(parsed.GetValue(priors) ?? [], parsed.GetValue(seed)));
            var withPower = parsed.GetValue(power) || table.Header.Contains("power_w");
            if (file is not null)
            {
                using (var writer = new StreamWriter(file))
                    PredictionTable.Write(writer, table, predictions, device, fitted, withPower);
                Summarize(predictions, PredictionAccuracy.Of(table, predictions, device), device, file, parsed.GetValue(json));
            }
            else
            {
                PredictionTable.Write(Console.Out, table, predictions, device, fitted, withPower);
            }
        });
        return command.WithExamples(
            "sparseprof predict kernels --csv shapes.csv --profile nvidia-h200-sxm-141gb --calibration cal.json --out pred.csv",
            "sparseprof predict kernels --csv shapes.csv --profile nvidia-b200-sxm-180gb --prior h200.csv:nvidia-h200-sxm-141gb   # transferred",
            "sparseprof predict kernels --csv shapes.csv --profile nvidia-l4   # data sheet alone");
    }

    private static void Summarize(IReadOnlyList<LatencyPrediction> predictions, IReadOnlyList<PredictionAccuracy> accuracy, HardwareProfile device, string file, bool json)
    {
        var provenance = predictions.GroupBy(prediction => PredictionTable.Name(prediction.Seconds.Provenance)).ToDictionary(group => group.Key, group => group.Count());
        var outside = predictions.Count(prediction => prediction.OutOfRange);
        if (json)
        {
            JsonOutput.Write(new { Profile = device.Id, Rows = predictions.Count, Provenance = provenance, OutOfRange = outside, Coverage = KernelPredictor.Coverage, Accuracy = accuracy, Out = file });
            return;
        }

        Console.Out.WriteLine($"{predictions.Count} kernels on {device.Name}: {string.Join(", ", provenance.Select(pair => $"{pair.Value} {pair.Key}"))}; {outside} out of range; written to {file}");
        if (accuracy.Count == 0)
            return;
        Console.Out.WriteLine($"against latency_s of the file, intervals of {KernelPredictor.Coverage * 100:0} %:");
        var text = new TextTable().Text("kernels").Numbers("rows", "mean error", "median error", "predicted ÷ measured", "covered");
        foreach (var group in accuracy)
            text.Row(group.Group, $"{group.Rows}", $"{group.MeanError * 100:0.0} %", $"{group.MedianError * 100:0.0} %", $"{group.Bias:0.00}", $"{group.Covered * 100:0} %");
        text.Write(Console.Out);
    }
}
