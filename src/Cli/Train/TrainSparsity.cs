using System.Globalization;
using SparseProf.Ops;
using SparseProf.Ops.Errors;
using SparseProf.Ops.Units;
using SparseProf.Workloads.Sparsity;

namespace SparseProf.Cli.Train;

/// <summary>The sparsity that <c>--method</c>, <c>--pattern</c> and <c>--sparsity</c> ask for, over a recipe's own.</summary>
internal static class TrainSparsity
{
    /// <exception cref="UserErrorException">The three do not fit together.</exception>
    public static SparsityPlan Of(SparsityPlan recipe, string? method, string? pattern, double? sparsity)
    {
        if (pattern is not null && sparsity is not null)
            throw new UserErrorException(ErrorKind.WrongUsage, "--pattern and --sparsity exclude each other") { Where = "--sparsity", Next = "leave one of them out" };
        if (sparsity is not (null or (> 0 and < 1)))
            throw new UserErrorException(ErrorKind.WrongUsage, string.Create(CultureInfo.InvariantCulture, $"{sparsity} is no sparsity to train with")) { Where = "--sparsity", Allowed = "above 0 and below 1; --method dense for none" };
        var chosen = sparsity is { } share ? new SparsityPattern.Unstructured(new Fraction(Math.Round(1 - share, 12)))
            : pattern is null ? null : SparsityPatternText.Parse(pattern, "--pattern");
        var named = method is null ? (SparseMethod?)null : SparseMethods.Parse(method, "--method");
        if (named == SparseMethod.Dense)
        {
            return chosen is null or SparsityPattern.Dense
                ? recipe with { Method = SparseMethod.Dense, Pattern = SparsityPattern.Dense.Instance }
                : throw new UserErrorException(ErrorKind.WrongUsage, $"dense weights cannot be {chosen}")
                {
                    Where = "--method",
                    Allowed = "dense without --pattern and --sparsity",
                    Next = $"leave --method out for {UsualFor(chosen).Name()}, or name another",
                };
        }

        var keepsPattern = named is null || (recipe.Pattern is not SparsityPattern.Dense && (named == SparseMethod.SrSte) == (recipe.Pattern is SparsityPattern.NofM));
        chosen ??= keepsPattern ? recipe.Pattern : Usual(named);
        var fitting = named ?? (recipe.Method == SparseMethod.Dense && chosen is not SparsityPattern.Dense ? UsualFor(chosen) : recipe.Method);
        var distribution = fitting is SparseMethod.Magnitude or SparseMethod.Gradual ? recipe.Distribution : recipe.Distribution is DensityDistribution.Global ? DensityDistribution.Erk : recipe.Distribution;
        return recipe with { Method = fitting, Pattern = fitting == SparseMethod.Dense ? SparsityPattern.Dense.Instance : chosen, Distribution = distribution };
    }

    // Nine of ten weights, the sparsity at which papers compare.
    private static SparsityPattern Usual(SparseMethod? method) =>
        method == SparseMethod.SrSte ? SparsityPattern.TwoFour : new SparsityPattern.Unstructured(new Fraction(0.1));

    private static SparseMethod UsualFor(SparsityPattern pattern) => pattern switch
    {
        SparsityPattern.NofM => SparseMethod.SrSte,
        SparsityPattern.Block => SparseMethod.Gradual,
        _ => SparseMethod.RigL,
    };
}
