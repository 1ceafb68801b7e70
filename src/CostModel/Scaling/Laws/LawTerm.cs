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

    /// <summary>The term without its coefficient.</summary>
    public double Shape(Func<string, double> exponent, double parameters, double tokens, double sparsity)
    {
        var logarithm = 0.0;
        foreach (var power in Powers)
            logarithm += power.Sign * exponent(power.Exponent) * Math.Log(Of(power.Of, parameters, tokens, sparsity));
        return (TimesSparsity ? sparsity : 1) * Math.Exp(logarithm);
    }

    internal static double Of(Variable variable, double parameters, double tokens, double sparsity) => variable switch
    {
        Variable.Parameters => parameters,
        Variable.Tokens => tokens,
        _ => 1 - sparsity,
    };
}
