namespace SparseProf.CostModel.Scaling.Laws;

/// <summary>What a power is taken of.</summary>
public enum Variable
{
    /// <summary>N.</summary>
    Parameters,

    /// <summary>D.</summary>
    Tokens,

    /// <summary>1 − S.</summary>
    Density,
}

/// <summary>The factor <c>variable^(sign · exponent)</c>.</summary>
public sealed record Power(string Exponent, Variable Of, int Sign);

/// <summary>A coefficient times powers, times S where <see cref="TimesSparsity"/>.</summary>
public sealed record LawTerm(string Coefficient, params Power[] Powers)
{
    public bool TimesSparsity { get; init; }
}
