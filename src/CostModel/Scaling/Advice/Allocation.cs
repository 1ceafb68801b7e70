using SparseProf.CostModel.Scaling.Laws;

namespace SparseProf.CostModel.Scaling.Advice;

/// <summary>A model size and a data size, and the loss that the law gives them.</summary>
public readonly record struct AllocationPoint(double Parameters, double Tokens, double Loss);

/// <summary>The best N and D under a compute budget C = 6·N·D·g, g the cost of one parameter and token relative to dense.</summary>
public static class Allocation
{
    private const double FlopPerParameterAndToken = 6;

    /// <param name="largest">The most parameters that fit, in the law's N.</param>
    public static AllocationPoint Optimal(ScalingLaw law, IReadOnlyList<double> parameters, double compute, double sparsity = 0, double relativeCost = 1, double largest = double.PositiveInfinity)
    {
        if (!HasOptimum(law, parameters))
            return new AllocationPoint(double.NaN, double.NaN, double.NaN);
        var product = compute / (FlopPerParameterAndToken * relativeCost);
        var n = Math.Min(ClosedForm(law, parameters, product, sparsity) ?? Search(law, parameters, product, sparsity), largest);
        return At(law, parameters, n, product / n, sparsity);
    }

    /// <summary>Whether loss falls both with N and with D, so that a budget has a best split.</summary>
    public static bool HasOptimum(ScalingLaw law, IReadOnlyList<double> parameters)
    {
        return law is AdditiveLaw additive && Falls(Variable.Parameters) && Falls(Variable.Tokens);

        bool Falls(Variable variable) => additive.Terms.Any(term => parameters[law.IndexOf(term.Coefficient)] > 0
            && term.Powers.Any(power => power.Of == variable && power.Sign * parameters[law.IndexOf(power.Exponent)] < 0));
    }

    /// <summary>Loss against N along C = 6·N·D·g.</summary>
    public static IReadOnlyList<AllocationPoint> IsoFlop(ScalingLaw law, IReadOnlyList<double> parameters, double compute, double sparsity = 0, double relativeCost = 1, int points = 41)
    {
        var product = compute / (FlopPerParameterAndToken * relativeCost);
        var center = Math.Log(Optimal(law, parameters, compute, sparsity, relativeCost).Parameters);
        if (double.IsNaN(center))
            return [];
        return Enumerable.Range(0, points)
            .Select(i => Math.Exp(center + (Math.Log(100) * ((2.0 * i / (points - 1)) - 1))))
            .Select(n => At(law, parameters, n, product / n, sparsity)).ToList();
    }

    private static AllocationPoint At(ScalingLaw law, IReadOnlyList<double> parameters, double n, double d, double s) => new(n, d, law.Loss(parameters, n, d, s));

    /// <summary>N* = ((α f(S) / (β c)) (ND)^β)^(1/(α+β)) of L* + f(S)/N^α + c/D^β.</summary>
    private static double? ClosedForm(ScalingLaw law, IReadOnlyList<double> parameters, double product, double s)
    {
        if (law is not AdditiveLaw additive || additive.SparsityFactor(parameters, s) is not { } f)
            return null;
        var (alpha, beta, c) = (parameters[law.IndexOf("alpha")], parameters[law.IndexOf("beta")], parameters[law.IndexOf("c")]);
        if (!(alpha > 0) || !(beta > 0) || !(c > 0) || !(f > 0))
            return null;
        return Math.Exp((Math.Log(alpha * f / (beta * c)) + (beta * Math.Log(product))) / (alpha + beta));
    }

    /// <summary>Golden section over ln N: a sum of exponentials of ln N has one minimum.</summary>
    private static double Search(ScalingLaw law, IReadOnlyList<double> parameters, double product, double s)
    {
        var (low, high) = (0.0, Math.Max(Math.Log(product), 1));
        var ratio = (Math.Sqrt(5) - 1) / 2;
        for (var i = 0; i < 80; i++)
        {
            var (left, right) = (high - (ratio * (high - low)), low + (ratio * (high - low)));
            if (LossAt(left) < LossAt(right))
                high = right;
            else
                low = left;
        }

        return Math.Exp((low + high) / 2);

        double LossAt(double logN) => law.Loss(parameters, Math.Exp(logN), product / Math.Exp(logN), s);
    }
}
