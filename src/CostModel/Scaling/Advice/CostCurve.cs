using SparseProf.Ops.Errors;
using SparseProf.Ops.Statistics;
using SparseProf.Store.Csv;

namespace SparseProf.CostModel.Scaling.Advice;

/// <summary>
/// h(S): time, energy or price per stored parameter and token relative to dense, measured at some sparsities, linear
/// between them. Stored parameters count zeros.
/// </summary>
public sealed class CostCurve
{
    // Distance of the ends of a 95 % interval from its middle, in standard deviations.
    private const double Normal95 = 1.959964;
    private readonly double[] _cost;
    private readonly double[] _sigma;

    /// <param name="sigma">Standard deviation of ln h at each point.</param>
    public CostCurve(IReadOnlyList<double> sparsity, IReadOnlyList<double> cost, IReadOnlyList<double> sigma)
    {
        Sparsity = [.. sparsity];
        _cost = [.. cost];
        _sigma = [.. sigma];
    }

    public IReadOnlyList<double> Sparsity { get; }

    public IReadOnlyList<double> Cost => _cost;

    public double Largest => Sparsity[^1];

    public bool HasIntervals => _sigma.Any(sigma => sigma > 0);

    /// <exception cref="UserErrorException">The curve does not start at S = 0, does not rise in S, or is not positive.</exception>
    public static CostCurve Read(string path)
    {
        using var csv = CsvFile.Open(path);
        var (sparsity, cost) = (csv.Require("sparsity"), csv.Require("relative_cost"));
        var (low, high) = (csv.Find("low"), csv.Find("high"));
        var (s, h, sigma) = (new List<double>(), new List<double>(), new List<double>());
        while (csv.Read())
        {
            s.Add(csv.Number(sparsity));
            h.Add(csv.Number(cost));
            if (s[^1] is < 0 or >= 1)
                throw csv.Problem(sparsity, $"the sparsity {s[^1]} is out of range", "0 up to, but not including, 1");
            if (s.Count == 1 && s[0] != 0)
                throw csv.Problem(sparsity, $"the curve starts at S = {s[0]}", "a first row at S = 0, which the others are relative to");
            if (s.Count > 1 && s[^1] <= s[^2])
                throw csv.Problem(sparsity, $"S = {s[^1]} does not follow {s[^2]}", "rising sparsities");
            if (h[^1] <= 0)
                throw csv.Problem(cost, $"the relative cost {h[^1]} is not positive", "a positive number; 1 is dense");
            sigma.Add(Sigma(csv, low, high, h[^1]));
        }

        return s.Count >= 2
            ? new CostCurve(s, h, sigma)
            : throw new UserErrorException(ErrorKind.WrongUsage, $"the cost curve has {s.Count} points") { Where = path, Allowed = "S = 0 and at least one sparsity more" };
    }

    /// <summary>h(S), linear between the points.</summary>
    public double At(double sparsity) => Between(_cost, sparsity);

    /// <summary>The 95 % interval of h(S), or null where the curve came without intervals.</summary>
    public (double Low, double High)? IntervalAt(double sparsity)
    {
        if (!HasIntervals)
            return null;
        var factor = Math.Exp(Normal95 * Between(_sigma, sparsity));
        return (At(sparsity) / factor, At(sparsity) * factor);
    }

    /// <summary>A curve drawn from the intervals, log-normal and independent at each point.</summary>
    public CostCurve Draw(long seed, long number)
    {
        if (!HasIntervals)
            return this;
        var random = new SplitMix64(seed ^ 0x68, number);
        var cost = new double[_cost.Length];
        for (var i = 0; i < cost.Length; i++)
            cost[i] = _cost[i] * Math.Exp(_sigma[i] * random.NextNormal());
        return new CostCurve(Sparsity, cost, _sigma);
    }

    private double Between(double[] values, double sparsity)
    {
        var above = 1;
        while (above < Sparsity.Count - 1 && Sparsity[above] < sparsity)
            above++;
        var share = (sparsity - Sparsity[above - 1]) / (Sparsity[above] - Sparsity[above - 1]);
        return values[above - 1] + (share * (values[above] - values[above - 1]));
    }

    private static double Sigma(CsvFile csv, int low, int high, double value)
    {
        if (csv.OptionalNumber(low) is not { } bottom || csv.OptionalNumber(high) is not { } top)
            return 0;
        return bottom > 0 && bottom <= value && value <= top
            ? Math.Log(top / bottom) / (2 * Normal95)
            : throw csv.Problem(low, $"the interval {bottom} to {top} does not hold {value}", "0 < low ≤ relative_cost ≤ high");
    }
}
