using System.CommandLine;
using SparseProf.Ops;
using SparseProf.Ops.Errors;
using SparseProf.Workloads.Sparsity;

namespace SparseProf.Cli.Train;

/// <summary>The options of <c>train</c> that say how weights become sparse.</summary>
internal sealed class MaskOptions
{
    private readonly Option<string?> _method = new("--method") { Description = $"How weights become sparse: {string.Join(", ", SparseMethods.Names)}.", HelpName = "METHOD" };
    private readonly Option<string?> _pattern = new("--pattern") { Description = $"Which weights are kept: {SparsityPatternText.Allowed}.", HelpName = "PATTERN" };
    private readonly Option<double?> _sparsity = new("--sparsity") { Description = "Share of single weights to drop; the same as --pattern csr@(1 − S).", HelpName = "S" };
    private readonly Option<string?> _distribution = new("--distribution") { Description = "How layers share the density: erk, uniform, or global for one magnitude threshold.", HelpName = "erk|uniform|global" };
    private readonly Option<int?> _interval = new("--update-interval") { Description = "Steps between updates of masks.", HelpName = "STEPS" };
    private readonly Option<double?> _dropFraction = new("--drop-fraction") { Description = "Share of the kept weights that set and rigl replace at first; it falls with a cosine.", HelpName = "SHARE" };
    private readonly Option<double?> _begin = new("--mask-begin") { Description = "Share of the steps after which magnitude and gradual begin to prune.", HelpName = "SHARE" };
    private readonly Option<double?> _end = new("--mask-end") { Description = "Share of the steps after which masks stay.", HelpName = "SHARE" };
    private readonly Option<string[]> _denseLayers = new("--dense-layer") { Description = "Layers that stay dense, in place of stem, classifier, pooler, head and routers.", HelpName = "PATH", AllowMultipleArgumentsPerToken = true };

    public IEnumerable<Option> All => [_method, _pattern, _sparsity, _distribution, _interval, _dropFraction, _begin, _end, _denseLayers];

    /// <exception cref="UserErrorException">A value is none of those that are known, or they do not fit together.</exception>
    public SparsityPlan Plan(ParseResult parsed, SparsityPlan recipe)
    {
        var plan = TrainSparsity.Of(recipe, parsed.GetValue(_method), parsed.GetValue(_pattern), parsed.GetValue(_sparsity));
        RefuseWithoutEffect(parsed, plan);
        return plan with
        {
            Distribution = PlanOptions.Named<DensityDistribution>(parsed.GetValue(_distribution), "--distribution") ?? plan.Distribution,
            UpdateInterval = parsed.GetValue(_interval) ?? plan.UpdateInterval,
            DropFraction = parsed.GetValue(_dropFraction) ?? plan.DropFraction,
            Begin = parsed.GetValue(_begin) ?? plan.Begin,
            End = parsed.GetValue(_end) ?? plan.End,
            DenseLayers = parsed.GetValue(_denseLayers) is { Length: > 0 } paths ? paths : plan.DenseLayers,
        };
    }

    private void RefuseWithoutEffect(ParseResult parsed, SparsityPlan plan)
    {
        (Option Option, SparseMethod[] Methods)[] readers =
        [
            (_distribution, [SparseMethod.Static, SparseMethod.Magnitude, SparseMethod.Gradual, SparseMethod.Set, SparseMethod.RigL]),
            (_interval, [SparseMethod.Gradual, SparseMethod.Set, SparseMethod.RigL]),
            (_dropFraction, [SparseMethod.Set, SparseMethod.RigL]),
            (_begin, [SparseMethod.Magnitude, SparseMethod.Gradual]),
            (_end, [SparseMethod.Gradual, SparseMethod.Set, SparseMethod.RigL]),
            (_denseLayers, [.. Enum.GetValues<SparseMethod>().Where(method => method != SparseMethod.Dense)]),
        ];
        foreach (var (option, methods) in readers)
        {
            if (methods.Contains(plan.Method) || parsed.GetResult(option) is null)
                continue;
            throw new UserErrorException(ErrorKind.WrongUsage, $"{option.Name} has no effect on the method {plan.Method.Name()}")
            {
                Where = option.Name,
                Allowed = $"with --method {string.Join(", ", methods.Select(method => method.Name()))}",
                Next = $"leave {option.Name} out, or choose another --method",
            };
        }
    }
}
