using System.CommandLine;
using System.Text.Json.Nodes;
using SparseProf.Cli.Output;
using SparseProf.CostModel.Scaling;
using SparseProf.CostModel.Scaling.Advice;
using SparseProf.Ops.Errors;

namespace SparseProf.Cli.Commands;

/// <summary><c>sparseprof advise allocation</c>: the best N and D for a budget.</summary>
internal static class AdviseAllocationCommand
{
    public static Command Build()
    {
        var fit = FitOption();
        var compute = ComputeOption();
        var sparsity = new Option<double>("--sparsity") { Description = "S of the model, at the cost of a dense one.", DefaultValueFactory = _ => 0 };
        var curve = new Option<bool>("--isoflop") { Description = "Also give the loss along N at this compute." };
        var json = CommonOptions.Json();
        var command = new Command("allocation", "Splits a compute budget between model size and data: the N and D of least loss at C = 6·N·D.") { fit, compute, sparsity, curve, json };
        command.SetAction(parsed => Print(
            FitReader.Read(parsed.GetValue(fit)!), Positive(parsed.GetValue(compute), "--compute", "FLOP"), Share(parsed.GetValue(sparsity)), parsed.GetValue(curve), parsed.GetValue(json)));
        return command.WithExamples(
            "sparseprof advise allocation --fit fit.json --compute 5.76e23             # Chinchilla's budget",
            "sparseprof advise allocation --fit fit.json --compute 1e21 --isoflop --json");
    }

    public static Option<string> FitOption() => new("--fit") { Description = "What 'fit scaling --out FILE' wrote.", Required = true, HelpName = "FILE" };

    public static Option<double> ComputeOption() => new("--compute") { Description = "Training budget, FLOP.", Required = true, HelpName = "FLOP" };

    /// <exception cref="UserErrorException">Not a positive number.</exception>
    public static double Positive(double value, string option, string unit) => value > 0 && double.IsFinite(value)
        ? value
        : throw new UserErrorException(ErrorKind.WrongUsage, $"{value} is no budget") { Where = option, Allowed = $"a positive number of {unit}, such as 1e21" };

    /// <summary>Two numbers, or null.</summary>
    public static JsonObject Estimate(double value, (double Low, double High)? interval) => new()
    {
        ["value"] = Finite(value),
        ["low"] = Finite(interval?.Low),
        ["high"] = Finite(interval?.High),
    };

    public static JsonValue? Finite(double? value) => value is { } number && double.IsFinite(number) ? JsonValue.Create(number) : null;

    private static double Share(double value) => value is >= 0 and < 1
        ? value
        : throw new UserErrorException(ErrorKind.WrongUsage, $"the sparsity {value} is out of range") { Where = "--sparsity", Allowed = "0 up to, but not including, 1" };

    private static void Print(SavedFit fit, double compute, double sparsity, bool isoFlop, bool json)
    {
        var advice = AllocationAdvice.Find(fit, compute, sparsity);
        var best = advice.Best;
        if (json)
        {
            JsonOutput.Write(new JsonObject
            {
                ["law"] = fit.Law.Name,
                ["n"] = fit.Convention.ToString().ToLowerInvariant(),
                ["compute"] = compute,
                ["sparsity"] = sparsity,
                ["n_opt"] = Estimate(best.Parameters, advice.ParametersInterval),
                ["d_opt"] = Estimate(best.Tokens, advice.TokensInterval),
                ["tokens_per_parameter"] = Estimate(best.Tokens / best.Parameters, advice.RatioInterval),
                ["loss"] = Estimate(best.Loss, advice.LossInterval),
                ["caveats"] = new JsonArray([.. advice.Caveats.Select(text => (JsonNode)text)]),
                ["isoflop"] = isoFlop
                    ? new JsonArray([.. Allocation.IsoFlop(fit.Law, fit.Parameters, compute, sparsity).Select(point => new JsonObject { ["parameters"] = point.Parameters, ["tokens"] = point.Tokens, ["loss"] = point.Loss })])
                    : null,
            });
            return;
        }

        Console.Out.WriteLine($"best split of {compute:0.###e+0} FLOP by the law '{fit.Law.Name}', C = 6·N·D, S = {sparsity:0.####}:\n");
        var table = new TextTable().Text("").Numbers("value", "95 % low", "95 % high");
        Line(table, "parameters N*", best.Parameters, advice.ParametersInterval);
        Line(table, "tokens D*", best.Tokens, advice.TokensInterval);
        Line(table, "tokens per parameter", best.Tokens / best.Parameters, advice.RatioInterval);
        Line(table, "loss", best.Loss, advice.LossInterval);
        table.Write(Console.Out);
        if (isoFlop)
        {
            var along = new TextTable().Numbers("N", "D", "loss");
            foreach (var point in Allocation.IsoFlop(fit.Law, fit.Parameters, compute, sparsity, points: 9))
                along.Row(Number(point.Parameters), Number(point.Tokens), $"{point.Loss:0.0000}");
            Console.Out.WriteLine();
            along.Write(Console.Out);
        }

        foreach (var caveat in advice.Caveats)
            Console.Out.WriteLine($"caution: {caveat}");
    }

    private static void Line(TextTable table, string name, double value, (double Low, double High)? interval) =>
        table.Row(name, Number(value), interval is { } range ? Number(range.Low) : "–", interval is { } other ? Number(other.High) : "–");

    internal static string Number(double value) => !double.IsFinite(value) ? "–" : Math.Abs(value) is >= 1e-3 and < 1e5 or 0 ? $"{value:G5}" : $"{value:0.###e+0}";
}
