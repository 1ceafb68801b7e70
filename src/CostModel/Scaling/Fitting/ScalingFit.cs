using SparseProf.CostModel.Scaling.Data;
using SparseProf.CostModel.Scaling.Laws;

namespace SparseProf.CostModel.Scaling.Fitting;

/// <summary>A law fitted to a table.</summary>
/// <param name="Table">The rows in the law's convention of N.</param>
/// <param name="Parameters">In the order of the law's names, raw units; NaN where the rows cannot tell.</param>
public sealed record ScalingFit(
    ScalingLaw Law,
    LossTable Table,
    Estimator Estimator,
    IReadOnlyList<double> Parameters,
    Certificate Certificate,
    IReadOnlyList<Unidentified> Unidentified)
{
    /// <summary>Σ of the estimator over the residuals.</summary>
    public double ObjectiveSum { get; } = Estimator.Sum(Table.Rows.Select(row => Estimator.ResidualOf(row.Loss, Law.Loss(Parameters, row))));

    public double ObjectiveMean => ObjectiveSum / Table.Rows.Count;

    /// <summary>Share of the variance of the loss that is explained.</summary>
    public double RSquared
    {
        get
        {
            var mean = Table.Rows.Average(row => row.Loss);
            return 1 - (Table.Rows.Sum(row => Square(row.Loss - Law.Loss(Parameters, row))) / Table.Rows.Sum(row => Square(row.Loss - mean)));
        }
    }

    /// <summary>Mean of |L̂ − L|/L.</summary>
    public double MeanAbsoluteError => ErrorsOn(Table).Average();

    /// <summary>Parameters at a bound: coefficients that came out as zero.</summary>
    public IReadOnlyList<string> AtBound { get; } = Law.ParameterNames.Where((_, i) => Parameters[i] == 0).ToList();

    public double? Parameter(string name) => Law.IndexOf(name) is var i && i >= 0 && !double.IsNaN(Parameters[i]) ? Parameters[i] : null;

    /// <summary>|L̂ − L|/L of each row of a table, whatever its convention of N.</summary>
    public IEnumerable<double> ErrorsOn(LossTable rows) =>
        rows.Counting(Table.Convention).Rows.Select(row => Math.Abs(Law.Loss(Parameters, row) - row.Loss) / row.Loss);

    private static double Square(double value) => value * value;
}
