using System.CommandLine;
using System.Globalization;
using SparseProf.CostModel.Decisions.Deployment;
using SparseProf.CostModel.Hardware;
using SparseProf.CostModel.Latency;
using SparseProf.Ops;
using SparseProf.Ops.Architectures;
using SparseProf.Ops.Errors;
using SparseProf.Workloads;

namespace SparseProf.Cli.Commands;

/// <summary>The question of <c>advise deployment</c> as flags.</summary>
internal sealed class DeploymentOptions
{
    private const long DefaultTokens = 512;

    private readonly Option<string> _model = new("--model") { Description = $"A Hugging Face config.json, or one of {string.Join(", ", WorkloadCatalog.All.Select(known => known.Name))}.", HelpName = "NAME|FILE", Required = true };
    private readonly Option<string> _profiles = new("--profiles") { Description = "Accelerators: ids or files separated by commas, or all.", HelpName = "ID,…", Required = true };
    private readonly Option<string> _patterns = new("--patterns") { Description = "Patterns of the weights, separated by commas.", DefaultValueFactory = _ => "dense,2:4,block:32x32@0.2,csr@0.1", HelpName = "PATTERN,…" };
    private readonly Option<string> _dtypes = new("--dtypes") { Description = "Element types, separated by commas.", DefaultValueFactory = _ => "bf16", HelpName = "TYPE,…" };
    private readonly Option<string> _batches = new("--batch") { Description = "Inferences a forward pass serves, separated by commas.", DefaultValueFactory = _ => "1,2,4,8,16,32,64,128", HelpName = "N,…" };
    private readonly Option<long?> _sequence = new("--seq") { Description = "Tokens of an inference. Default 512, or the workload's own.", HelpName = "N" };
    private readonly Option<string?> _latency = new("--slo-latency") { Description = "What 95 % of requests may take, queueing included: 50ms, 2s.", HelpName = "TIME" };
    private readonly Option<double> _rate = new("--qps") { Description = "Inferences asked for, a second.", HelpName = "N", Required = true };
    private readonly Option<double?> _floor = new("--accuracy-floor") { Description = "Least accuracy; checked by evaluations in the database.", HelpName = "X" };
    private readonly Option<double?> _budget = new("--budget") { Description = "USD an hour for all replicas together.", HelpName = "USD" };
    private readonly CostOptions _cost = new();
    private readonly Option<int?> _replicas = new("--replicas") { Description = "As many as this; as few as the constraints allow if not given.", HelpName = "N" };
    private readonly Option<Objective> _objective = new("--objective") { Description = "What to have least of: price, energy, carbon or latency." };
    private readonly Option<string[]> _calibrations = ModelOptions.Calibrations();

    public Option<string[]> Prior { get; } = ModelOptions.Priors();

    public Option<string?> Fit { get; } = new("--fit") { Description = "A scaling law from 'fit scaling --out', for the expected loss.", HelpName = "FILE" };

    public Option<double?> Tokens { get; } = new("--training-tokens") { Description = "D for the scaling law; the largest that was fitted if not given.", HelpName = "D" };

    public IEnumerable<Option> All =>
        [_model, _profiles, _patterns, _dtypes, _batches, _sequence, _latency, _rate, _floor, _budget, .. _cost.All, _replicas, _objective, _calibrations, Prior, Fit, Tokens];

    /// <exception cref="UserErrorException">A flag that cannot be understood.</exception>
    public (DeploymentQuestion Question, IReadOnlyDictionary<string, Calibration> Calibrations) Read(ParseResult parsed)
    {
        var profiles = _cost.Priced(parsed, Profiles(parsed.GetValue(_profiles)!));
        var (region, pue) = _cost.Read(parsed);
        var question = new DeploymentQuestion(Path.GetExtension(parsed.GetValue(_model)!) == ".json" ? ModelName(parsed.GetValue(_model)!) : parsed.GetValue(_model)!, Model(parsed.GetValue(_model)!, parsed.GetValue(_sequence)))
        {
            Profiles = profiles,
            Patterns = [.. List(parsed.GetValue(_patterns)!).Select(text => SparsityPatternText.Parse(text, "--patterns"))],
            DTypes = [.. List(parsed.GetValue(_dtypes)!).Select(text => DTypes.Parse(text, "--dtypes"))],
            Batches = [.. List(parsed.GetValue(_batches)!).Select(Whole)],
            QueriesPerSecond = parsed.GetValue(_rate),
            LatencyLimitSeconds = TimeSpanText.Parse(parsed.GetValue(_latency), "--slo-latency")?.Value,
            AccuracyFloor = parsed.GetValue(_floor),
            BudgetUsdPerHour = parsed.GetValue(_budget),
            Region = region,
            Pue = pue,
            Replicas = parsed.GetValue(_replicas),
            Objective = parsed.GetValue(_objective),
        };
        return (question, ModelOptions.LoadAll(parsed.GetValue(_calibrations) ?? [], profiles));
    }

    private static IEnumerable<HardwareProfile> Profiles(string text) => (text == "all" ? ProfileCatalog.Ids : List(text)).Distinct().Select(ProfileCatalog.Load);

    private static Func<long, DType, SparsityPattern, ModelWork> Model(string name, long? sequence)
    {
        if (sequence is < 1 or > 100_000_000)
            throw new UserErrorException(ErrorKind.WrongUsage, $"--seq is {sequence}") { Allowed = "1 to 100000000" };
        if (Path.GetExtension(name) == ".json")
        {
            var model = HuggingFaceConfig.Read(name);
            return (batch, dtype, pattern) => ModelWork.Of(model, batch, sequence ?? DefaultTokens, dtype, pattern, Phase.Prefill);
        }

        var architecture = WorkloadCatalog.Find(name, "--model").Architecture;
        return (batch, dtype, pattern) => ModelWork.Of(architecture, batch, sequence, dtype, architecture is TransformerConfig ? pattern : null);
    }

    // The folder says more than the file name, which is always config.json.
    private static string ModelName(string path) =>
        Path.GetFileName(path) == "config.json" && Path.GetFileName(Path.GetDirectoryName(Path.GetFullPath(path))) is { Length: > 0 } folder ? folder : Path.GetFileNameWithoutExtension(path);

    private static string[] List(string text) => text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static long Whole(string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
        ? value
        : throw new UserErrorException(ErrorKind.WrongUsage, $"'{text}' is not a batch") { Where = "--batch", Allowed = "whole numbers from 1, separated by commas" };
}
