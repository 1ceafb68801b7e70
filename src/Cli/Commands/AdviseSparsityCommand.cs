using System.CommandLine;
using System.Text.Json.Nodes;
using SparseProf.Cli.Output;
using SparseProf.CostModel.Scaling;
using SparseProf.CostModel.Scaling.Advice;
using SparseProf.CostModel.Scaling.Data;
using SparseProf.Ops.Errors;

namespace SparseProf.Cli.Commands;

/// <summary><c>sparseprof advise sparsity</c>: the sparsity of least loss at a budget, from the measured cost of a format on a device.</summary>
internal static class AdviseSparsityCommand
{
    public static Command Build()
    {
        var fit = AdviseAllocationCommand.FitOption();
        var cost = new Option<string?>("--cost") { Description = "h(S): columns sparsity,relative_cost[,low,high]; cost per stored parameter and token relative to dense. Without it the database's kernels are used.", HelpName = "FILE" };
        var compute = AdviseAllocationCommand.ComputeOption();
        var memory = new Option<double?>("--memory") { Description = "What the stored parameters may take, bytes.", HelpName = "BYTES" };
        var bytes = new Option<double>("--bytes-per-parameter") { Description = "Bytes of a stored parameter, zeros and index included.", DefaultValueFactory = _ => 2 };
        var format = new Option<string>("--format") { Description = "Format whose kernels in the database give h(S): csr, block or n:m.", DefaultValueFactory = _ => "csr" };
        var seed = CommonOptions.Seed();
        var json = CommonOptions.Json();
        var database = CommonOptions.Database();
        var rows = new Option<long>("--min-rows") { Description = "Only kernels of so many rows of input (tokens) or more: training and prefill run thousands, decoding a few.", DefaultValueFactory = _ => 1, HelpName = "N" };
        var command = new Command("sparsity", "Finds the sparsity of least loss at a budget: S* = argmin f(S)·h(S)^α with h measured on your device.") { fit, cost, compute, memory, bytes, format, rows, seed, json, database };
        command.SetAction(parsed =>
        {
            var saved = FitReader.Read(parsed.GetValue(fit)!);
            var question = new SparsityQuestion(
                AdviseAllocationCommand.Positive(parsed.GetValue(compute), "--compute", "FLOP"),
                parsed.GetValue(memory) is { } limit ? AdviseAllocationCommand.Positive(limit, "--memory", "bytes") : null,
                AdviseAllocationCommand.Positive(parsed.GetValue(bytes), "--bytes-per-parameter", "bytes"),
                parsed.GetValue(seed));
            var curve = parsed.GetValue(cost) is { } file ? CostCurve.Read(file) : StoredCosts.Read(parsed.GetValue(database)!.FullName, parsed.GetValue(format)!, parsed.GetValue(rows));
            var advice = SparsityAdvice.Find(saved, curve, question);
            if (parsed.GetValue(json))
                JsonOutput.Write(Document(advice));
            else
                Print(advice);
        });
        return command.WithExamples(
            "sparseprof advise sparsity --fit fit.json --cost h.csv --compute 1e21",
            "sparseprof advise sparsity --fit fit.json --cost h.csv --compute 1e21 --memory 80e9 --json",
            "sparseprof advise sparsity --fit fit.json --format csr --compute 1e21   # h(S) from what 'measure' stored",
            "sparseprof advise sparsity --fit fit.json --format n:m --min-rows 1024 --compute 1e21   # of a GPU that measured few and many tokens");
    }

    private static JsonObject Document(SparsityAdvice advice) => new()
    {
        ["law"] = advice.Fit.Law.Name,
        ["n"] = advice.Fit.Convention.ToString().ToLowerInvariant(),
        ["compute"] = advice.Question.Compute,
        ["memory_bytes"] = advice.Question.MemoryBytes,
        ["s_star"] = AdviseAllocationCommand.Estimate(advice.Best.Sparsity, advice.SparsityInterval),
        ["kind"] = Kind(advice.Kind),
        ["is_optimum"] = advice.Kind == OptimumKind.Interior,
        ["verdict"] = Verdict(advice),
        ["relative_cost"] = AdviseAllocationCommand.Estimate(advice.Best.Cost, advice.CostInterval),
        ["n_opt"] = AdviseAllocationCommand.Estimate(advice.Best.Best.Parameters, advice.ParametersInterval),
        ["d_opt"] = AdviseAllocationCommand.Estimate(advice.Best.Best.Tokens, advice.TokensInterval),
        ["loss"] = AdviseAllocationCommand.Estimate(advice.Best.Best.Loss, advice.LossInterval),
        ["memory_binds"] = advice.Best.MemoryBinds,
        ["dense"] = new JsonObject
        {
            ["n_opt"] = AdviseAllocationCommand.Finite(advice.Dense.Best.Parameters),
            ["d_opt"] = AdviseAllocationCommand.Finite(advice.Dense.Best.Tokens),
            ["loss"] = AdviseAllocationCommand.Finite(advice.Dense.Best.Loss),
        },
        ["interior_share"] = advice.InteriorShare,
        ["sparse_share"] = advice.PaysShare,
        ["caveats"] = new JsonArray([.. Caveats(advice).Select(text => (JsonNode)text)]),
        ["curve"] = new JsonArray([.. advice.Curve.Where((_, i) => i % 8 == 0).Select(point => new JsonObject
        {
            ["sparsity"] = point.Sparsity,
            ["relative_cost"] = point.Cost,
            ["score"] = AdviseAllocationCommand.Finite(point.Score),
            ["loss"] = AdviseAllocationCommand.Finite(point.Best.Loss),
        })]),
    };

    private static void Print(SparsityAdvice advice)
    {
        var (best, dense) = (advice.Best, advice.Dense);
        Console.Out.WriteLine($"{Verdict(advice)}\n");
        var table = new TextTable().Text("").Numbers("best", "95 % low", "95 % high", "dense");
        Line(table, "sparsity", best.Sparsity, advice.SparsityInterval, 0);
        Line(table, "relative cost h(S)", best.Cost, advice.CostInterval, dense.Cost);
        Line(table, "parameters N*", best.Best.Parameters, advice.ParametersInterval, dense.Best.Parameters);
        Line(table, "tokens D*", best.Best.Tokens, advice.TokensInterval, dense.Best.Tokens);
        Line(table, "loss", best.Best.Loss, advice.LossInterval, dense.Best.Loss);
        table.Write(Console.Out);
        if (advice.PaysShare is { } pays)
            Console.Out.WriteLine($"over the resamples sparsity pays in {pays:P0}, with an optimum between the ends in {advice.InteriorShare:P0}");
        foreach (var caveat in Caveats(advice))
            Console.Out.WriteLine($"caution: {caveat}");
    }

    private static string Kind(OptimumKind kind) => kind switch
    {
        OptimumKind.Interior => "interior",
        OptimumKind.DenseEndpoint => "endpoint_dense",
        _ => "endpoint_sparsest",
    };

    private static string Verdict(SparsityAdvice advice) => advice.Kind switch
    {
        OptimumKind.Interior => $"the best sparsity on this device is S* = {advice.Best.Sparsity:0.###}",
        OptimumKind.DenseEndpoint => "no optimum: the least loss is at the dense end, S = 0; sparsity does not pay on this device",
        _ => $"no optimum: the least loss is at the sparsest end that was measured, S = {advice.Best.Sparsity:0.####}; measure sparser kernels to find one",
    };

    private static IEnumerable<string> Caveats(SparsityAdvice advice)
    {
        if (advice.Fit.Convention == ParameterConvention.Unstated)
            yield return "the fit does not say what its N counts; it is taken as stored parameters, as h(S) is per stored parameter (fit with --n active or --n total)";
        if (advice.Fit.Convention == ParameterConvention.Active)
            yield return "N is active and h(S) is per stored parameter, so an active parameter costs h(S)/(1−S)";
        if (advice.Fit.Range is { } range && advice.Best.Sparsity > range.Sparsity.High + 1e-9)
            yield return $"S = {advice.Best.Sparsity:0.###} is beyond the sparsest run fitted ({range.Sparsity.High:0.####})";
        if (advice.Fit.Range is { } seen && double.IsFinite(advice.Best.Best.Parameters))
        {
            foreach (var beyond in seen.Beyond(advice.Best.Best.Parameters, advice.Best.Best.Tokens))
                yield return beyond;
        }

        if (!double.IsFinite(advice.Best.Best.Parameters))
            yield return "c and beta are not identified: S* follows, N* and D* do not";
        if (advice.Best.MemoryBinds)
            yield return "the memory limit binds: without it the model would be larger";
        if (advice.Fit.NotIdentified.Count > 0)
            yield return $"the fit does not identify {string.Join(", ", advice.Fit.NotIdentified)}";
    }

    private static void Line(TextTable table, string name, double value, (double Low, double High)? interval, double dense) => table.Row(
        name,
        AdviseAllocationCommand.Number(value),
        interval is { } range ? AdviseAllocationCommand.Number(range.Low) : "–",
        interval is { } other ? AdviseAllocationCommand.Number(other.High) : "–",
        AdviseAllocationCommand.Number(dense));
}
