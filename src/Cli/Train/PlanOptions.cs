using System.CommandLine;
using SparseProf.Ops.Errors;
using SparseProf.Workloads.Training;
using SparseProf.Workloads.Training.Optimizers;

namespace SparseProf.Cli.Train;

/// <summary>The options of <c>train</c> that change a recipe's plan.</summary>
internal sealed class PlanOptions
{
    private readonly Option<string> _size = new("--size") { Description = "small trains on a CPU in minutes; full has the paper's sizes.", DefaultValueFactory = _ => "small", HelpName = "small|full" };
    private readonly MaskOptions _masks = new();
    private readonly MixtureOptions _mixture = new();
    private readonly Option<long?> _steps = new("--steps") { Description = "Steps of the whole training.", HelpName = "N" };
    private readonly Option<int?> _batch = new("--batch") { Description = "Examples a step.", HelpName = "N" };
    private readonly Option<string?> _optimizer = new("--optimizer") { Description = "sgd (with momentum), adamw or lamb.", HelpName = "sgd|adamw|lamb" };
    private readonly Option<double?> _rate = new("--learning-rate") { Description = "The highest learning rate.", HelpName = "RATE" };
    private readonly Option<string?> _schedule = new("--schedule") { Description = "How it falls after its warm-up: cosine, linear or none.", HelpName = "cosine|linear|none" };
    private readonly Option<double?> _warmUp = new("--warm-up") { Description = "Share of the steps over which it rises.", HelpName = "SHARE" };
    private readonly Option<double?> _clip = new("--clip") { Description = "Largest norm of the gradients together.", HelpName = "NORM" };

    public IEnumerable<Option> All => [_size, .. _masks.All, _steps, _batch, _optimizer, _rate, _schedule, _warmUp, _clip, .. _mixture.All];

    /// <exception cref="UserErrorException">A value is none of those that are known, out of range, or without effect on this plan.</exception>
    public TrainingPlan Plan(ParseResult parsed, TrainingRecipe recipe, long seed)
    {
        var plan = IsSmall(parsed.GetValue(_size)!) ? recipe.Small : recipe.Full;
        plan = _mixture.Plan(parsed, plan) with
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
                WarmUp = parsed.GetValue(_warmUp) ?? plan.Schedule.WarmUp,
            },
            Sparsity = _masks.Plan(parsed, plan.Sparsity),
        };
        TrainingPlanCheck.Throw(plan);
        return plan;
    }

    private static bool IsSmall(string size) => size switch
    {
        "small" => true,
        "full" => false,
        _ => throw Suggestion.UnknownName("size", size, ["small", "full"], "--size"),
    };

    internal static T? Named<T>(string? name, string where)
        where T : struct, Enum =>
        name is null ? null
        : Enum.TryParse<T>(name, ignoreCase: true, out var value) && Enum.IsDefined(value) && !char.IsAsciiDigit(name[0]) ? value
        : throw Suggestion.UnknownName(where.TrimStart('-'), name, [.. Enum.GetNames<T>().Select(known => known.ToLowerInvariant())], where);
}
