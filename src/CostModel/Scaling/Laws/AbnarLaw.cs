using SparseProf.CostModel.Scaling.Data;

namespace SparseProf.CostModel.Scaling.Laws;

/// <summary>The law of mixtures of experts in total parameters; ten parameters, so unstable on small tables.</summary>
public sealed class AbnarLaw : AdditiveLaw
{
    public override string Name => "abnar";

    public override string Formula => "e + a/N^α + b/D^β + c/(1−S)^λ + d/((1−S)^δ N^γ)";

    public override string Source => "Abnar et al. 2025, eq. 5";

    public override ParameterConvention Convention => ParameterConvention.Total;

    public override IReadOnlyList<LawTerm> Terms { get; } =
    [
        new("e"),
        new("a", new Power("alpha", Variable.Parameters, -1)),
        new("b", new Power("beta", Variable.Tokens, -1)),
        new("c", new Power("lambda", Variable.Density, -1)),
        new("d", new Power("delta", Variable.Density, -1), new Power("gamma", Variable.Parameters, -1)),
    ];

    public override IReadOnlyDictionary<string, string> Aliases { get; } = new Dictionary<string, string> { ["e"] = "L_star" };

    internal override IReadOnlyList<double> Grid(string exponent) => exponent switch
    {
        "alpha" => [0.15, 0.4, 0.9],
        "beta" => [0.15, 0.4, 0.9],
        "lambda" => [-2.5, -0.8, -0.2, 0.2],
        "delta" => [0.1, 0.25, 0.6],
        _ => [0.1, 0.25, 0.6],
    };
}
