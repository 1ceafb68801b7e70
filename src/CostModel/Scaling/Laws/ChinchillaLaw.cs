namespace SparseProf.CostModel.Scaling.Laws;

/// <summary>The dense law: sparsity does not enter.</summary>
public sealed class ChinchillaLaw : AdditiveLaw
{
    public override string Name => "chinchilla";

    public override string Formula => "L* + a/N^α + c/D^β";

    public override string Source => "Hoffmann et al. 2022, eq. 10";

    public override IReadOnlyList<LawTerm> Terms { get; } =
    [
        new("L_star"),
        new("a", new Power("alpha", Variable.Parameters, -1)),
        new("c", new Power("beta", Variable.Tokens, -1)),
    ];

    public override IReadOnlyDictionary<string, string> Aliases { get; } =
        new Dictionary<string, string> { ["L_star"] = "E", ["a"] = "A", ["c"] = "B" };

    public override double? SparsityFactor(IReadOnlyList<double> parameters, double s) => parameters[1];
}
