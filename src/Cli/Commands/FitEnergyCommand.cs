using System.CommandLine;
using SparseProf.Cli.Output;
using SparseProf.CostModel.Energy;
using SparseProf.CostModel.Hardware;
using SparseProf.CostModel.Latency;
using SparseProf.Ops.Errors;

namespace SparseProf.Cli.Commands;

/// <summary><c>sparseprof fit energy</c>: static and dynamic power of a device from kernels whose power was measured.</summary>
internal static class FitEnergyCommand
{
    public static Command Build()
    {
        var csv = ModelOptions.Csv("Measured kernels with latency_s and power_w.");
        var profile = ModelOptions.Profile();
        var calibration = new Option<string?>("--calibration") { Description = "A latency calibration to add the power models to; without it power is predicted beside data-sheet latency.", HelpName = "FILE" };
        var output = new Option<string?>("--out") { Description = "Write the calibration here.", HelpName = "FILE" };
        var seed = CommonOptions.Seed();
        var json = CommonOptions.Json();
        var command = new Command("energy", "Fit static power, power of arithmetic and of memory, and a learned residual to measured power.") { csv, profile, calibration, output, seed, json };
        command.SetAction(parsed =>
        {
            var device = ProfileCatalog.Load(parsed.GetValue(profile)!);
            var table = KernelTable.Read(parsed.GetValue(csv)!, needLatency: true);
            var fits = EnergyFit.Of(device, table, parsed.GetValue(seed));
            if (parsed.GetValue(output) is { } file)
            {
                var known = ModelOptions.Load(parsed.GetValue(calibration), device);
                var power = new Dictionary<string, PowerModel>(known?.Power ?? new Dictionary<string, PowerModel>());
                foreach (var fit in fits)
                    power[fit.Model.Family] = fit.Model;
                CalibrationFile.Write(file, new(device, known?.Predictors ?? new Dictionary<string, KernelPredictor>(), power), Priors.None);
            }

            if (parsed.GetValue(json))
                JsonOutput.Write(new { Profile = device.Id, Families = fits.Select(Document) });
            else
                WriteText(device, fits);
        });
        return command.WithExamples(
            "sparseprof fit energy --csv h200.csv --profile nvidia-h200-sxm-141gb",
            "sparseprof fit energy --csv h200.csv --profile nvidia-h200-sxm-141gb --calibration cal.json --out cal.json");
    }

    private static object Document(EnergyFit fit) => new
    {
        fit.Model.Family,
        fit.Rows,
        HeldOutError90 = fit.HeldOutError,
        Parameters = fit.Parameters.ToDictionary(pair => pair.Key, pair => new { pair.Value.Value, pair.Value.Low, pair.Value.High, pair.Value.Coverage }),
        LimitW = fit.Model.Physics.Limit,
    };

    private static void WriteText(HardwareProfile device, IReadOnlyList<EnergyFit> fits)
    {
        foreach (var fit in fits)
        {
            var error = fit.HeldOutError is { } held ? $"90 % of held-out errors within {held * 100:0.#} %" : $"fewer than {PowerModel.LeastRows} rows: no residual is learned";
            Console.Out.WriteLine($"{fit.Model.Family} on {device.Name}: {fit.Rows} kernels over {PowerModel.ShortestSeconds * 1e6:0} µs, limit {fit.Model.Physics.Limit:0} W; {error}");
            var text = new TextTable().Text("constant").Numbers("value", "low", "high");
            foreach (var (name, value) in fit.Parameters)
                text.Row(name, $"{value.Value:G4}", $"{value.Low:G4}", $"{value.High:G4}");
            text.Write(Console.Out);
        }
    }
}
