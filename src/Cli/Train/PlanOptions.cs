using System.CommandLine;
using SparseProf.Ops;
using SparseProf.Ops.Errors;
using SparseProf.Workloads.Sparsity;
using SparseProf.Workloads.Training;
using SparseProf.Workloads.Training.Optimizers;

namespace SparseProf.Cli.Train;

/// <summary>The options of <c>train</c> that change a recipe's plan.</summary>
internal sealed class PlanOptions
{
    private readonly Option<string> _size = new("--size") { Description = "small trains on a CPU in minutes; full has the paper's sizes.", DefaultValueFactory = _ => "small", HelpName = "small|full" };
    private readonly Option<string?> _method = new("--method") { Description = $"How weights become sparse: {string.Join(", ", SparseMethods.Names)}.", HelpName = "METHOD" };
    private readonly Option<string?> _pattern = new("--pattern") { Description = $"Which weights are kept: {SparsityPatternText.Allowed}.", HelpName = "PATTERN" };
    private readonly Option<double?> _sparsity = new("--sparsity") { Description = "Share of single weights to drop; the same as --pattern csr@(1 − S).", HelpName = "S" };
    private readonly Option<string?> _distribution = new("--distribution") { Description = "How layers share the density: erk, uniform, or global for one magnitude threshold.", HelpName = "erk|uniform|global" };
    private readonly Option<int?> _interval = new("--update-interval") { Description = "Steps between updates of masks.", HelpName = "STEPS" };
    private readonly Option<string[]> _denseLayers = new("--dense-layer") { Description = "Layers that stay dense, in place of stem, classifier, pooler, head and routers.", HelpName = "PATH", AllowMultipleArgumentsPerToken = true };
    private readonly Option<long?> _steps = new("--steps") { Description = "Steps of the whole training.", HelpName = "N" };
    private readonly Option<int?> _batch = new("--batch") { Description = "Examples a step.", HelpName = "N" };
    private readonly Option<string?> _optimizer = new("--optimizer") { Description = "sgd (with momentum), adamw or lamb.", HelpName = "sgd|adamw|lamb" };
    private readonly Option<double?> _rate = new("--learning-rate") { Description = "The highest learning rate.", HelpName = "RATE" };
    private readonly Option<string?> _schedule = new("--schedule") { Description = "How it falls after its warm-up: cosine, linear or none.", HelpName = "cosine|linear|none" };
    private readonly Option<double?> _warmUp = new("--warm-up") { Description = "Share of the steps over which it rises.", HelpName = "SHARE" };
    private readonly Option<double?> _clip = new("--clip") { Description = "Largest norm of the gradients together.", HelpName = "NORM" };
    private readonly Option<double?> _balance = new("--load-balancing") { Description = "Weight of a mixture's load-balancing loss; 0 turns it off.", HelpName = "ALPHA" };

    public void AddTo(Command command)
    {
        Option[] all = [_size, _method, _pattern, _sparsity, _distribution, _interval, _denseLayers, _steps, _batch, _optimizer, _rate, _schedule, _warmUp, _clip, _balance];
        foreach (var option in all)
            command.Options.Add(option);
    }

    /// <exception cref="UserErrorException">A value is none of those that are known, or out of range.</exception>
    public TrainingPlan Plan(ParseResult parsed, TrainingRecipe recipe, long seed)
    {
        var plan = IsSmall(parsed.GetValue(_size)!) ? recipe.Small : recipe.Full;
        var sparsity = TrainSparsity.Of(plan.Sparsity, parsed.GetValue(_method), parsed.GetValue(_pattern), parsed.GetValue(_sparsity));
        return plan with
        {
            Seed = seed,
            Steps = parsed.GetValue(_steps) ?? plan.Steps,
            Batch = parsed.GetValue(_batch) ?? plan.Batch,
            ClipNorm = parsed.GetValue(_clip) ?? plan.ClipNorm,
            Optimizer = plan.Optimizer with
            {
                Kind = Named<OptimizerKind>(parsed.GetValue(_optimizer), "--optimizer") ?? plan.Optimizer.Kind,
                LearningRate = parsed.GetValue(_rate) ?? plan.Optimizer.LearningRate,
            },
            Schedule = plan.Schedule with
            {
                Decay = Named<LearningRateDecay>(parsed.GetValue(_schedule), "--schedule") ?? plan.Schedule.Decay,
                WarmUp = Share(parsed.GetValue(_warmUp), "--warm-up") ?? plan.Schedule.WarmUp,
            },
            Router = plan.Router with { LoadBalancing = parsed.GetValue(_balance) ?? plan.Router.LoadBalancing },
            Sparsity = sparsity with
            {
                Distribution = Named<DensityDistribution>(parsed.GetValue(_distribution), "--distribution") ?? sparsity.Distribution,
                UpdateInterval = parsed.GetValue(_interval) ?? sparsity.UpdateInterval,
                DenseLayers = parsed.GetValue(_denseLayers) is { Length: > 0 } paths ? paths : sparsity.DenseLayers,
            },
        };
    }

    private static bool IsSmall(string size) => size switch
    {
        "small" => true,
        "full" => false,
        _ => throw Suggestion.UnknownName("size", size, ["small", "full"], "--size"),
    };

    private static T? Named<T>(string? name, string where)
        where T : struct, Enum =>
        name is null ? null
        : Enum.TryParse<T>(name, ignoreCase: true, out var value) && Enum.IsDefined(value) && !char.IsAsciiDigit(name[0]) ? value
        : throw Suggestion.UnknownName(where.TrimStart('-'), name, [.. Enum.GetNames<T>().Select(known => known.ToLowerInvariant())], where);

    private static double? Share(double? value, string where) => value is null or (>= 0 and < 1)
        ? value
        : throw new UserErrorException(ErrorKind.WrongUsage, $"{value} is no share of the steps") { Where = where, Allowed = "0 up to, but not including, 1" };
}
