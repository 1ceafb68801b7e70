namespace SparseProf.CostModel.Scaling.Laws;

/// <summary>The law of weight pruning; N counts parameters that are not zero.</summary>
public sealed class FrantarLaw : AdditiveLaw
{
    public override string Name => "frantar";

    public override string Formula => "c + (a_S(1−S)^b_S + c_S)/N^b_N + a_D/D^b_D";

    public override string Source => "Frantar et al. 2024, eq. 2";

    public override IReadOnlyList<LawTerm> Terms { get; } =
    [
        new("L_star"),
        new("a", new Power("kappa", Variable.Density, 1), new Power("alpha", Variable.Parameters, -1)),
        new("c_S", new Power("alpha", Variable.Parameters, -1)),
        new("c", new Power("beta", Variable.Tokens, -1)),
    ];

    public override IReadOnlyDictionary<string, string> Aliases { get; } = new Dictionary<string, string>
    {
        ["a"] = "a_S",
        ["c"] = "a_D",
        ["alpha"] = "b_N",
        ["beta"] = "b_D",
        ["kappa"] = "b_S",
    };

    internal override IReadOnlyList<double> Grid(string exponent) =>
        exponent == "kappa" ? [0.05, 0.15, 0.4, 0.8, 1.4, 2.5, 5] : base.Grid(exponent);

    // Parameters: L_star, a, c_S, c, kappa, alpha, beta.
    public override double? SparsityFactor(IReadOnlyList<double> parameters, double s) =>
        (parameters[1] * (double.IsNaN(parameters[4]) ? 1 : Math.Pow(1 - s, parameters[4]))) + (double.IsNaN(parameters[2]) ? 0 : parameters[2]);
}
