namespace SparseProf.CostModel.Scaling.Laws;

/// <summary>The sparse law with one exponent for size and for density.</summary>
public sealed class PaperLaw : AdditiveLaw
{
    public override string Name => "paper";

    public override string Formula => "L* + (a(1−S)^α + b·S)/N^α + c/D^β";

    public override string Source => "Kumar et al. 2025, section I.E; Hossain et al. 2025";

    public override IReadOnlyList<LawTerm> Terms { get; } =
    [
        new("L_star"),
        new("a", new Power("alpha", Variable.Density, 1), new Power("alpha", Variable.Parameters, -1)),
        new("b", new Power("alpha", Variable.Parameters, -1)) { TimesSparsity = true },
        new("c", new Power("beta", Variable.Tokens, -1)),
    ];

    // Parameters: L_star, a, b, c, alpha, beta.
    public override double? SparsityFactor(IReadOnlyList<double> parameters, double s) =>
        (parameters[1] * Math.Pow(1 - s, parameters[4])) + (double.IsNaN(parameters[2]) ? 0 : parameters[2] * s);
}
