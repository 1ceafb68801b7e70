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
    private readonly Option<string?> _region = new("--region") { Description = "Whose electricity, for carbon: France, United States…", HelpName = "NAME" };
    private readonly Option<double?> _pue = new("--pue") { Description = "Energy of the site over energy of its computers. Default: the industry's average of 2023.", HelpName = "X" };
    private readonly Option<string[]> _prices = new("--price") { Description = "An accelerator's price, ID=USD_PER_HOUR; may be given several times.", HelpName = "ID=USD", AllowMultipleArgumentsPerToken = true };
    private readonly Option<int?> _replicas = new("--replicas") { Description = "As many as this; as few as the constraints allow if not given.", HelpName = "N" };
    private readonly Option<Objective> _objective = new("--objective") { Description = "What to have least of: price, energy, carbon or latency." };
    private readonly Option<string[]> _calibrations = new("--calibration") { Description = "What 'fit latency --out' wrote; may be given several times, one a device.", HelpName = "FILE", AllowMultipleArgumentsPerToken = true };

    public Option<string[]> Prior { get; } = ModelOptions.Priors();

    public Option<string?> Fit { get; } = new("--fit") { Description = "A scaling law from 'fit scaling --out', for the expected loss.", HelpName = "FILE" };

    public Option<double?> Tokens { get; } = new("--training-tokens") { Description = "D for the scaling law; the largest that was fitted if not given.", HelpName = "D" };

    public IEnumerable<Option> All =>
        [_model, _profiles, _patterns, _dtypes, _batches, _sequence, _latency, _rate, _floor, _budget, _region, _pue, _prices, _replicas, _objective, _calibrations, Prior, Fit, Tokens];

    /// <exception cref="UserErrorException">A flag that cannot be understood.</exception>
    public (DeploymentQuestion Question, IReadOnlyDictionary<string, Calibration> Calibrations) Read(ParseResult parsed)
    {
        var profiles = Profiles(parsed.GetValue(_profiles)!, parsed.GetValue(_prices) ?? []);
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
            Region = parsed.GetValue(_region) is { } region ? Regions.Find(region) : null,
            Pue = parsed.GetValue(_pue) is { } pue ? new(pue, "given") : Pue.Default,
            Replicas = parsed.GetValue(_replicas),
            Objective = parsed.GetValue(_objective),
        };
        return (question, Calibrations(parsed.GetValue(_calibrations) ?? [], profiles));
    }

    private static Dictionary<string, Calibration> Calibrations(string[] files, HardwareProfile[] profiles)
    {
        var calibrations = new Dictionary<string, Calibration>();
        foreach (var file in files)
        {
            var id = CalibrationFile.ProfileOf(file);
            var profile = profiles.FirstOrDefault(profile => profile.Id == id)
                ?? throw new UserErrorException(ErrorKind.WrongUsage, $"the calibration is for {id}, which is not asked about") { Where = file, Allowed = $"--profiles with {id}" };
            calibrations[id] = CalibrationFile.Read(file, profile);
        }

        return calibrations;
    }

    private static HardwareProfile[] Profiles(string text, string[] prices)
    {
        var profiles = (text == "all" ? ProfileCatalog.Ids : List(text)).Distinct().Select(ProfileCatalog.Load).ToArray();
        foreach (var price in prices)
        {
            var parts = price.Split('=');
            if (parts.Length != 2 || !double.TryParse(parts[1], NumberStyles.Float, CultureInfo.InvariantCulture, out var value) || !(value is > 0 and < 1e5))
                throw new UserErrorException(ErrorKind.WrongUsage, $"'{price}' is not a price") { Where = "--price", Allowed = "ID=USD_PER_HOUR, such as nvidia-l4=0.70" };
            var at = Array.FindIndex(profiles, profile => profile.Id == parts[0]);
            if (at < 0)
                throw Suggestion.UnknownName("profile", parts[0], [.. profiles.Select(profile => profile.Id)], "--price");
            profiles[at] = profiles[at] with { Numbers = new Dictionary<string, Fact>(profiles[at].Numbers) { ["price_usd_per_hour"] = new(value, "one_source", ["--price"]) } };
        }

        return profiles;
    }

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
