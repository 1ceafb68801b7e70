using SparseProf.CostModel.Scaling.Data;
using SparseProf.CostModel.Scaling.Laws;

namespace SparseProf.CostModel.Scaling.Advice;

/// <summary>What a decision needs of a fit: the law, its parameters, their resamples and the range that was seen.</summary>
/// <param name="Range">Null where the fit does not say what it was fitted to.</param>
public sealed record SavedFit(
    ScalingLaw Law,
    ParameterConvention Convention,
    IReadOnlyList<double> Parameters,
    IReadOnlyList<double[]> Draws,
    DataRange? Range)
{
    /// <summary>What keeps the answer from being believed as it stands.</summary>
    public IReadOnlyList<string> NotIdentified { get; init; } = [];
}

/// <summary>The runs that a fit has seen.</summary>
/// <param name="Tokens">Null where the table did not say D.</param>
/// <param name="Compute">6·N·D of the largest run; NaN where D is unknown.</param>
public sealed record DataRange((double Low, double High) Parameters, (double Low, double High)? Tokens, (double Low, double High) Sparsity, double Compute)
{
    public static DataRange Of(LossTable table)
    {
        var rows = table.Rows;
        var known = rows[0].Tokens is not null;
        return new(
            (rows.Min(row => row.Parameters), rows.Max(row => row.Parameters)),
            known ? (rows.Min(row => row.Tokens!.Value), rows.Max(row => row.Tokens!.Value)) : null,
            (rows.Min(row => row.Sparsity), rows.Max(row => row.Sparsity)),
            known ? rows.Max(row => 6 * row.Parameters * row.Tokens!.Value) : double.NaN);
    }

    /// <summary>Sentences on what of a point lies outside.</summary>
    public IEnumerable<string> Beyond(double parameters, double tokens)
    {
        if (parameters > 3 * Parameters.High || parameters < Parameters.Low / 3)
            yield return $"N = {parameters:0.##e+0} lies outside the runs fitted ({Parameters.Low:0.##e+0} to {Parameters.High:0.##e+0}): an extrapolation by a factor of {Factor(parameters, Parameters):0.#e+0}";
        if (Tokens is { } seen && (tokens > 3 * seen.High || tokens < seen.Low / 3))
            yield return $"D = {tokens:0.##e+0} lies outside the runs fitted ({seen.Low:0.##e+0} to {seen.High:0.##e+0}): an extrapolation by a factor of {Factor(tokens, seen):0.#e+0}";
        if (parameters < 1 || tokens < 1)
            yield return "the budget does not pay for one parameter and one token: the numbers are arithmetic, not a model";
    }

    private static double Factor(double value, (double Low, double High) range) => value > range.High ? value / range.High : range.Low / value;
}
