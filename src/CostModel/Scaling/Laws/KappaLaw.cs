namespace SparseProf.CostModel.Scaling.Laws;

/// <summary>The paper's law with an exponent of its own on density.</summary>
public sealed class KappaLaw : AdditiveLaw
{
    public override string Name => "kappa";

    public override string Formula => "L* + (a(1−S)^κ + b·S)/N^α + c/D^β";

    public override string Source => "the paper's law, its exponent on 1−S freed";

    public override IReadOnlyList<LawTerm> Terms { get; } =
    [
        new("L_star"),
        new("a", new Power("kappa", Variable.Density, 1), new Power("alpha", Variable.Parameters, -1)),
        new("b", new Power("alpha", Variable.Parameters, -1)) { TimesSparsity = true },
        new("c", new Power("beta", Variable.Tokens, -1)),
    ];

    internal override IReadOnlyList<double> Grid(string exponent) =>
        exponent == "kappa" ? [0.05, 0.15, 0.4, 0.8, 1.4, 2.5, 5] : base.Grid(exponent);

    // Parameters: L_star, a, b, c, kappa, alpha, beta.
    public override double? SparsityFactor(IReadOnlyList<double> parameters, double s) =>
        (parameters[1] * (double.IsNaN(parameters[4]) ? 1 : Math.Pow(1 - s, parameters[4]))) + (double.IsNaN(parameters[2]) ? 0 : parameters[2] * s);
}
