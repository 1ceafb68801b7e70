namespace SparseProf.CostModel.Scaling.Laws;

/// <summary>The dense law with one exponent for size and data, from over-training. Its b_M(6^−½ M N)^−… is c/D^α here.</summary>
public sealed class GadreLaw : AdditiveLaw
{
    public override string Name => "gadre";

    public override string Formula => "L* + a/N^α + c/D^α";

    public override string Source => "Gadre et al. 2024, eq. 4";

    public override IReadOnlyList<LawTerm> Terms { get; } =
    [
        new("L_star"),
        new("a", new Power("alpha", Variable.Parameters, -1)),
        new("c", new Power("alpha", Variable.Tokens, -1)),
    ];
}
