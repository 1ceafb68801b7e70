using SparseProf.CostModel.Scaling.Data;
using SparseProf.CostModel.Scaling.Fitting;
using SparseProf.CostModel.Scaling.Laws;
using SparseProf.CostModel.Statistics;

namespace SparseProf.CostModel.Scaling.Diagnostics;

/// <summary>What the rows can tell about each parameter; to be read before any extrapolation.</summary>
/// <param name="ConditionNumber">Of the Jacobian of ln L̂, N and D over their geometric means, columns scaled to length one.</param>
/// <param name="WeakestDirection">The combination of parameters that changes ln L̂ least.</param>
/// <param name="BoundShare">Share of resamples in which a coefficient came out as zero, where any did.</param>
public sealed record Identifiability(
    double ConditionNumber,
    string WeakestDirection,
    IReadOnlyList<Unidentified> NotIdentified,
    IReadOnlyList<string> AtBound,
    IReadOnlyDictionary<string, double> BoundShare,
    IReadOnlyList<string> Warnings)
{
    // An exponent known to less than a factor of four says little about another scale.
    private const double WidestExponent = 4;

    // A term whose size at the centre of the data is known to less than a factor of ten.
    private const double WidestTerm = 10;

    // L* uncertain by half the loss itself.
    private const double WidestFloor = 0.5;

    private const double OftenAtBound = 0.1;
    private const double ShortSpan = 8;
    private const double IllConditioned = 1e3;

    public static Identifiability Of(ScalingFit fit, IReadOnlyList<double[]> draws)
    {
        var center = Center(fit.Table);
        var (condition, weakest) = Conditioning(fit, center);
        var names = fit.Law.ParameterNames;
        var bound = names.Select((name, i) => (name, Share: draws.Count == 0 ? 0 : draws.Count(draw => draw[i] == 0) / (double)draws.Count))
            .Where(entry => entry.Share > 0).ToDictionary(entry => entry.name, entry => entry.Share);
        var lost = fit.Unidentified.ToList();
        lost.AddRange(TooWide(fit, draws, center, bound).Where(wide => lost.TrueForAll(other => other.Parameter != wide.Parameter)));
        return new Identifiability(condition, weakest, lost, fit.AtBound, bound, [.. Spans(fit, condition)]);
    }

    private static (double N, double D) Center(LossTable table) => (
        Math.Exp(table.Rows.Average(row => Math.Log(row.Parameters))),
        table.Rows[0].Tokens is null ? 1 : Math.Exp(table.Rows.Average(row => Math.Log(row.Tokens!.Value))));

    private static (double Condition, string Weakest) Conditioning(ScalingFit fit, (double N, double D) center)
    {
        var parameters = fit.Law.AtCenter(fit.Parameters, center.N, center.D);
        var rows = fit.Table.Rows.Select(row => row with { Parameters = row.Parameters / center.N, Tokens = row.Tokens / center.D }).ToList();
        // An exponent that ran away has no derivative in floating point; its interval tells it.
        var told = Enumerable.Range(0, parameters.Length).Where(i => !double.IsNaN(parameters[i]))
            .Select(i => (Index: i, Column: Derivative(fit.Law, parameters, i, rows)))
            .Where(entry => entry.Column.All(double.IsFinite)).ToList();
        var free = told.ConvertAll(entry => entry.Index).ToArray();
        var columns = told.ConvertAll(entry => entry.Column);
        if (free.Length == 0)
            return (double.NaN, "");
        var gram = new double[free.Length, free.Length];
        for (var i = 0; i < free.Length; i++)
        {
            for (var k = 0; k < free.Length; k++)
                gram[i, k] = columns[i].Zip(columns[k], (left, right) => left * right).Sum();
        }

        var (values, vectors) = SymmetricEigen.Decompose(gram);
        var least = Array.IndexOf(values, values.Min());
        var condition = Math.Sqrt(values.Max() / Math.Max(values[least], 1e-16 * values.Max()));
        var leading = Enumerable.Range(0, free.Length).MaxBy(i => Math.Abs(vectors[i, least]));
        var sign = Math.Sign(vectors[leading, least]);
        var parts = Enumerable.Range(0, free.Length)
            .Select(i => (Name: fit.Law.ParameterNames[free[i]], Weight: sign * vectors[i, least]))
            .Where(part => Math.Abs(part.Weight) >= 0.25)
            .OrderByDescending(part => Math.Abs(part.Weight))
            .Select((part, place) => $"{(part.Weight < 0 ? place == 0 ? "−" : " − " : place == 0 ? "" : " + ")}{Math.Abs(part.Weight):0.00} {part.Name}");
        return (condition, string.Concat(parts));
    }

    private static double[] Derivative(ScalingLaw law, double[] parameters, int index, List<LossRow> rows)
    {
        var step = 1e-6 * Math.Max(Math.Abs(parameters[index]), 1e-3);
        var (up, down) = ((double[])parameters.Clone(), (double[])parameters.Clone());
        up[index] += step;
        down[index] -= step;
        var column = rows.Select(row => Math.Log(law.Loss(up, row) / law.Loss(down, row))).ToArray();
        var length = Math.Sqrt(column.Sum(value => value * value));
        return length > 0 ? column.Select(value => value / length).ToArray() : column;
    }

    private static IEnumerable<Unidentified> TooWide(ScalingFit fit, IReadOnlyList<double[]> draws, (double N, double D) center, Dictionary<string, double> bound)
    {
        if (draws.Count < 20 || fit.Law is not AdditiveLaw law)
            yield break;
        var centered = draws.Select(draw => fit.Law.AtCenter(draw, center.N, center.D)).ToList();
        var typical = Math.Exp(fit.Table.Rows.Average(row => Math.Log(row.Loss)));
        for (var i = 0; i < law.ParameterNames.Count; i++)
        {
            var name = law.ParameterNames[i];
            if (double.IsNaN(fit.Parameters[i]))
                continue;
            var index = i;
            var (low, high) = Quantile.Interval(centered.Select(draw => draw[index]));
            var isFloor = i == 0;
            if (bound.TryGetValue(name, out var share) && share > OftenAtBound)
                yield return new(name, $"{share:P0} of the resamples end at 0");
            else if (isFloor ? high - low > WidestFloor * typical : i < law.Terms.Count ? high > WidestTerm * low : low <= 0 || high > WidestExponent * low)
                yield return new(name, $"its interval {low:G3} to {high:G3}{(isFloor || i >= law.Terms.Count ? "" : " at the centre of the data")} is too wide to use");
        }
    }

    private static IEnumerable<string> Spans(ScalingFit fit, double condition)
    {
        var spread = new RowSpread(fit.Table);
        if (spread.ParameterSpan is > 1.05 and < ShortSpan)
            yield return $"N spans a factor of {spread.ParameterSpan:0.#} only; an exponent wants {ShortSpan} or more";
        if (fit.Law.HasTokens && spread.TokenSpan is > 1.05 and < ShortSpan)
            yield return $"D spans a factor of {spread.TokenSpan:0.#} only; L*, c and beta then trade against each other";
        if (fit.Law.HasSparsity && spread.SparsityLevels is 2 or 3)
            yield return $"S has {spread.SparsityLevels} levels only";
        if (fit.Law.HasSparsity && spread.AnySparse && fit.Table.Rows.All(row => row.Sparsity > 0))
            yield return "no dense rows: nothing ties the sparse runs to S = 0";
        if (!fit.Law.HasSparsity && spread.AnySparse)
            yield return "the rows have sparsity and this law ignores it";
        if (fit.Law.HasTokens && spread.TokenSpan is <= 1.05)
            yield return "D does not vary: L_star stands for L* + c/D^β at this D, and no allocation follows";
        if (condition > IllConditioned)
            yield return $"the condition number {condition:0.#e+0} is large: parameters are known in combination only; use predictions inside the data, not parameters";
    }
}
