using System.CommandLine;
using SparseProf.Cli.Output;
using SparseProf.CostModel.Hardware;
using SparseProf.CostModel.Latency;
using SparseProf.CostModel.Statistics;
using SparseProf.Ops.Errors;

namespace SparseProf.Cli.Commands;

/// <summary><c>sparseprof fit latency</c>: learns a device's kernels from a table, or from a few anchors and other devices.</summary>
internal static class FitLatencyCommand
{
    public static Command Build()
    {
        var csv = ModelOptions.Csv("Measured kernels: op, dtype, pattern, sizes, latency_s, perhaps power_w.");
        var profile = ModelOptions.Profile();
        var priors = ModelOptions.Priors();
        var anchors = new Option<int?>("--anchors") { Description = "Use only this many rows, chosen by shape before their latency is looked at.", HelpName = "N" };
        var seed = CommonOptions.Seed();
        var output = new Option<string?>("--out") { Description = "Write the calibration here.", HelpName = "FILE" };
        var plan = new Option<string?>("--plan-out") { Description = "Write the anchors as a CSV to measure, and stop; latency_s may be empty.", HelpName = "FILE" };
        var json = CommonOptions.Json();
        var command = new Command("latency", "Fit launch overhead, efficiencies and a learned residual to measured kernels.") { csv, profile, priors, anchors, seed, output, plan, json };
        command.SetAction(parsed =>
        {
            var count = parsed.GetValue(anchors);
            if (count is < 3)
                throw new UserErrorException(ErrorKind.WrongUsage, $"--anchors {count} is too few") { Allowed = "3 or more" };
            var device = ProfileCatalog.Load(parsed.GetValue(profile)!);
            var planFile = OutputFile.Checked(parsed.GetValue(plan), "--plan-out");
            var file = OutputFile.Checked(parsed.GetValue(output), "--out");
            var table = KernelTable.Read(parsed.GetValue(csv)!, needLatency: planFile is null);
            if (planFile is not null)
            {
                AnchorPlan.Write(planFile, table, device, count ?? 50, parsed.GetValue(seed));
                return;
            }

            var others = Priors.Read(parsed.GetValue(priors) ?? [], parsed.GetValue(seed));
            var calibration = Calibration.Fit(device, table, others, count, parsed.GetValue(seed));
            if (file is not null)
                CalibrationFile.Write(file, calibration, others);
            foreach (var (family, shapes) in calibration.LeftOut)
                Console.Error.WriteLine($"warning: {family} is left out: {shapes} distinct shape(s), {Calibration.LeastShapes} are needed");
            Print(calibration, parsed.GetValue(seed), parsed.GetValue(json));
        });
        return command.WithExamples(
            "sparseprof fit latency --csv h200.csv --profile nvidia-h200-sxm-141gb --out cal.json",
            "sparseprof fit latency --csv h200.csv --profile nvidia-h200-sxm-141gb --anchors 50 --prior h100.csv:nvidia-h100-sxm5-80gb --out cal.json",
            "sparseprof fit latency --csv shapes.csv --profile nvidia-h200-sxm-141gb --anchors 50 --plan-out plan.csv   # which shapes to measure");
    }

    private static void Print(Calibration calibration, int seed, bool json)
    {
        var families = calibration.Used.Select(table =>
        {
            var predictor = calibration.Predictors[table.Family];
            return (table, predictor, Constants: PhysicsIntervals.Of(table, seed), Error: HeldOut(predictor));
        }).ToArray();
        if (json)
        {
            JsonOutput.Write(new
            {
                Profile = calibration.Profile.Id,
                Families = families.Select(family => new
                {
                    family.table.Family,
                    Rows = family.table.Calls.Count,
                    Basis = family.predictor.Source,
                    HeldOutError90 = family.Error,
                    RidgePointFlopsPerByte = family.table.Device.Peak / family.table.Device.Bandwidth,
                    Parameters = family.Constants.ToDictionary(pair => pair.Key, pair => new { pair.Value.Value, pair.Value.Low, pair.Value.High, pair.Value.Coverage }),
                    Power = calibration.Power.TryGetValue(family.table.Family, out var power) ? power.Physics : null,
                }),
            });
            return;
        }

        foreach (var (table, predictor, constants, error) in families)
        {
            Console.Out.WriteLine($"{table.Family} on {calibration.Profile.Name}: {table.Calls.Count} shapes, {predictor.Source}; 90 % of held-out errors within {error * 100:0.#} %");
            var text = new TextTable().Text("constant").Numbers("value", "low", "high");
            foreach (var (name, value) in constants)
                text.Row(name, $"{value.Value:G4}", $"{value.Low:G4}", $"{value.High:G4}");
            text.Write(Console.Out);
        }
    }

    // The half-width that holds 90 % of held-out errors at a shape of median difficulty, with anchors next to one of them.
    private static double HeldOut(KernelPredictor predictor) =>
        predictor.Anchors is { } anchors
            ? anchors.LeastHalfWidth
            : Math.Exp(predictor.Base.Sources[0].Residual.Difficulty.Start) * Conformal.Quantile(predictor.Base.Sources[0].Residual.Scores, KernelPredictor.Coverage);
}
