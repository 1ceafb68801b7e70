using System.CommandLine;
using SparseProf.Cli.Output;
using SparseProf.CostModel.Scaling;
using SparseProf.CostModel.Scaling.Data;
using SparseProf.CostModel.Scaling.Fitting;
using SparseProf.CostModel.Scaling.Laws;
using SparseProf.Ops.Errors;

namespace SparseProf.Cli.Commands;

/// <summary><c>sparseprof fit scaling</c>: L(N, D, S) with intervals and how far to trust them.</summary>
internal static class FitScalingCommand
{
    public static Command Build()
    {
        var csv = new Option<string?>("--csv") { Description = "Losses: columns parameters,tokens,sparsity,loss; further ones are labels. Without it the losses of the database are fitted.", HelpName = "FILE" };
        var law = new Option<string>("--law") { Description = $"The law: {string.Join(", ", ScalingLaws.All.Select(known => known.Name))}, or auto to compare them.", DefaultValueFactory = _ => "paper", HelpName = "LAW" };
        var estimator = new Option<string>("--estimator") { Description = "How residuals add up: huber, l1 or l2.", DefaultValueFactory = _ => "huber" };
        var delta = new Option<double>("--huber-delta") { Description = "Residual from which huber grows linearly.", DefaultValueFactory = _ => 1e-3 };
        var residual = new Option<string>("--residual") { Description = "What a residual is: log (ln L − ln L̂) or absolute (L − L̂).", DefaultValueFactory = _ => "log" };
        var n = NOption();
        var bootstrap = new Option<int>("--bootstrap") { Description = "Resamples of the rows behind the intervals; 0 for none.", DefaultValueFactory = _ => 4000 };
        var draws = new Option<string?>("--bootstrap-indices") { Description = "Resamples to use instead: one a line, row numbers from 0; or a .u8 file, a byte a draw.", HelpName = "FILE" };
        var seed = CommonOptions.Seed();
        var holdOut = new Option<string?>("--hold-out") { Description = "Also predict rows kept aside: largest (the largest models).", HelpName = "largest" };
        var negative = new Option<bool>("--allow-negative-b") { Description = "Let b fall below 0; f(S) may then turn negative as S → 1." };
        var output = new Option<string?>("--out") { Description = "Write the fit with its resamples, for 'advise'.", HelpName = "FILE" };
        var json = CommonOptions.Json();
        var database = CommonOptions.Database();
        var command = new Command("scaling", "Fits the scaling law L(N, D, S): parameters with intervals, and how far they can be trusted.")
        {
            csv, law, estimator, delta, residual, n, bootstrap, draws, seed, holdOut, negative, output, json, database,
        };
        command.SetAction(parsed =>
        {
            var convention = Convention(parsed.GetValue(n));
            var request = new ScalingRequest(
                parsed.GetValue(law)!.ToLowerInvariant(),
                EstimatorOf(parsed.GetValue(estimator)!, parsed.GetValue(delta), parsed.GetValue(residual)!),
                Resamples(parsed.GetValue(bootstrap)),
                parsed.GetValue(seed),
                HoldsOut(parsed.GetValue(holdOut)))
            {
                NegativeSparsityTerm = parsed.GetValue(negative),
            };
            if (request.Law != "auto")
                ScalingLaws.Find(request.Law);
            var table = parsed.GetValue(csv) is { } file ? LossCsv.Read(file, convention) : StoredLosses.Read(parsed.GetValue(database)!.FullName, convention);
            if (parsed.GetValue(draws) is { } indices)
                request = request with { Draws = BootstrapIndices.Read(indices, table.Rows.Count) };
            var analysis = ScalingAnalysis.Run(table, request);
            if (parsed.GetValue(output) is { } path)
                File.WriteAllText(path, FitDocument.Create(analysis, withDraws: true).ToJsonString());
            if (parsed.GetValue(json))
                JsonOutput.Write(FitDocument.Create(analysis, withDraws: false));
            else
                FitScalingText.Write(analysis, LossDoubts.Find(table), parsed.GetValue(output), Console.Out);
        });
        return command.WithExamples(
            "sparseprof fit scaling --csv runs.csv                            # the paper's law, 4000 resamples",
            "sparseprof fit scaling --csv runs.csv --law auto                 # which law do these runs support?",
            "sparseprof fit scaling --csv runs.csv --law kappa --n active --hold-out largest --out fit.json",
            "sparseprof fit scaling --csv dense.csv --law chinchilla --json   # for a script");
    }

    public static Option<string?> NOption() => new("--n") { Description = "What the column 'parameters' counts: active (not zero, used by a token) or total (every stored one).", HelpName = "active|total" };

    /// <exception cref="UserErrorException">Neither active nor total.</exception>
    public static ParameterConvention Convention(string? text) => text?.ToLowerInvariant() switch
    {
        null => ParameterConvention.Unstated,
        "active" => ParameterConvention.Active,
        "total" => ParameterConvention.Total,
        _ => throw Suggestion.UnknownName("convention of N", text, ["active", "total"], "--n"),
    };

    private static Estimator EstimatorOf(string kind, double delta, string residual)
    {
        if (!Enum.TryParse<EstimatorKind>(kind, ignoreCase: true, out var estimator) || !Enum.IsDefined(estimator))
            throw Suggestion.UnknownName("estimator", kind, ["huber", "l1", "l2"], "--estimator");
        if (!Enum.TryParse<ResidualKind>(residual, ignoreCase: true, out var residuals) || !Enum.IsDefined(residuals))
            throw Suggestion.UnknownName("residual", residual, ["log", "absolute"], "--residual");
        return delta is > 0 and < 1e6
            ? new Estimator(estimator, delta, residuals)
            : throw new UserErrorException(ErrorKind.WrongUsage, $"δ = {delta} makes no estimator") { Where = "--huber-delta", Allowed = "a positive number such as 1e-3" };
    }

    private static int Resamples(int count) => count is >= 0 and <= 1_000_000
        ? count
        : throw new UserErrorException(ErrorKind.WrongUsage, $"{count} resamples cannot be drawn") { Where = "--bootstrap", Allowed = "0 to 1000000" };

    private static bool HoldsOut(string? which) => which switch
    {
        null => false,
        "largest" => true,
        _ => throw Suggestion.UnknownName("hold-out", which, ["largest"], "--hold-out"),
    };
}
