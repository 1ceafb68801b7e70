using System.CommandLine;
using SparseProf.Ops;
using SparseProf.Ops.Architectures;
using SparseProf.Ops.Errors;
using SparseProf.Workloads.Training;

namespace SparseProf.Cli.Train;

/// <summary>The options of <c>train</c> that change a Switch mixture and its router.</summary>
internal sealed class MixtureOptions
{
    private readonly Option<int?> _experts = new("--experts") { Description = "Experts of each mixture layer.", HelpName = "N" };
    private readonly Option<int?> _topK = new("--top-k") { Description = "Experts that each token goes to.", HelpName = "K" };
    private readonly Option<double?> _capacity = new("--capacity-factor") { Description = "Slack of an expert over an even split; choices beyond it are dropped.", HelpName = "FACTOR" };
    private readonly Option<double?> _balance = new("--load-balancing") { Description = "Weight of a mixture's load-balancing loss; 0 turns it off.", HelpName = "ALPHA" };
    private readonly Option<double?> _zLoss = new("--z-loss") { Description = "Weight of the router's z-loss; 0 turns it off.", HelpName = "WEIGHT" };
    private readonly Option<double?> _jitter = new("--jitter") { Description = "Noise on the router's input, as a share of it; 0 turns it off.", HelpName = "SHARE" };

    public IEnumerable<Option> All => [_experts, _topK, _capacity, _balance, _zLoss, _jitter];

    /// <exception cref="UserErrorException">The model is no mixture, or a value is out of range.</exception>
    public TrainingPlan Plan(ParseResult parsed, TrainingPlan plan)
    {
        if (All.FirstOrDefault(option => parsed.GetResult(option) is not null) is not { } given)
            return plan;
        if (plan.Workload.Architecture is not TransformerConfig { Routing: { } routing } config)
        {
            var mixtures = TrainingRecipes.All.Where(recipe => recipe.Small.Workload.Architecture is TransformerConfig { Routing: not null });
            throw new UserErrorException(ErrorKind.WrongUsage, $"{plan.Workload.Name} has no experts")
            {
                Where = given.Name,
                Allowed = string.Join(", ", mixtures.Select(recipe => recipe.Name)),
                Next = $"leave {given.Name} out",
            };
        }

        var experts = Bounds.AtLeast(parsed.GetValue(_experts), _experts.Name, 1) ?? routing.Experts;
        var topK = parsed.GetValue(_topK) ?? routing.TopK;
        if (topK < 1 || topK > experts)
            throw new UserErrorException(ErrorKind.WrongUsage, $"a token cannot go to {topK} of {experts} experts") { Where = _topK.Name, Allowed = $"1 to {experts}" };
        double? capacity = parsed.GetValue(_capacity) is { } slack ? Bounds.Positive(slack, _capacity.Name) : routing.CapacityFactor;
        return plan with
        {
            Workload = plan.Workload with { Architecture = config with { Routing = new Routing(experts, topK, capacity) } },
            Router = plan.Router with
            {
                LoadBalancing = parsed.GetValue(_balance) ?? plan.Router.LoadBalancing,
                ZLoss = parsed.GetValue(_zLoss) ?? plan.Router.ZLoss,
                Jitter = parsed.GetValue(_jitter) ?? plan.Router.Jitter,
            },
        };
    }
}
