using SparseProf.CostModel.Statistics;
using SparseProf.Ops.Errors;

namespace SparseProf.CostModel.Scaling.Advice;

/// <summary>The best split of a budget with its intervals over the resamples, and what to doubt.</summary>
public sealed record AllocationAdvice(
    AllocationPoint Best,
    (double Low, double High)? ParametersInterval,
    (double Low, double High)? TokensInterval,
    (double Low, double High)? RatioInterval,
    (double Low, double High)? LossInterval,
    IReadOnlyList<string> Caveats)
{
    /// <exception cref="UserErrorException">The fit has no data term, so that every token would be wasted.</exception>
    public static AllocationAdvice Find(SavedFit fit, double compute, double sparsity)
    {
        if (!Allocation.HasOptimum(fit.Law, fit.Parameters))
        {
            throw new UserErrorException(ErrorKind.WrongUsage, $"the fit of '{fit.Law.Name}' does not say how loss falls with both N and D, so a budget has no best split")
            {
                Allowed = "a fit of chinchilla, paper, kappa, frantar or abnar to runs with several N and several D",
                Next = fit.NotIdentified.Count > 0 ? $"not identified: {string.Join(", ", fit.NotIdentified)}" : null,
            };
        }

        var best = Allocation.Optimal(fit.Law, fit.Parameters, compute, sparsity);
        var drawn = fit.Draws.Select(draw => Allocation.Optimal(fit.Law, draw, compute, sparsity)).Where(point => double.IsFinite(point.Loss)).ToList();
        var caveats = new List<string>();
        if (fit.Range is { } range)
            caveats.AddRange(range.Beyond(best.Parameters, best.Tokens));
        if (fit.NotIdentified.Count > 0)
            caveats.Add($"the fit does not identify {string.Join(", ", fit.NotIdentified)}");
        if (fit.Draws.Count == 0)
            caveats.Add("the fit has no resamples, so no intervals");
        return new(
            best,
            Interval(point => point.Parameters),
            Interval(point => point.Tokens),
            Interval(point => point.Tokens / point.Parameters),
            Interval(point => point.Loss),
            caveats);

        (double Low, double High)? Interval(Func<AllocationPoint, double> of) => drawn.Count < 2 ? null : Quantile.Interval(drawn.Select(of));
    }
}
