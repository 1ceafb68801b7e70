namespace SparseProf.CostModel.Scaling.Data;

/// <summary>The final loss of one training run.</summary>
/// <param name="Parameters">N, by the table's convention.</param>
/// <param name="Tokens">D; null where the table does not say.</param>
/// <param name="Sparsity">S, the share of parameters that are zero or not used by a token, in [0, 1).</param>
/// <param name="Loss">Validation loss, positive.</param>
/// <param name="Line">Where the row stands in its file, from 1.</param>
public sealed record LossRow(double Parameters, double? Tokens, double Sparsity, double Loss, int Line = 0)
{
    /// <summary>Further columns, kept as labels.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = EmptyLabels;

    private static readonly Dictionary<string, string> EmptyLabels = [];
}

/// <summary>What N counts. Sparsity relates the two: active = total · (1 − S).</summary>
public enum ParameterConvention
{
    /// <summary>Nobody said; N is fitted as given.</summary>
    Unstated,

    /// <summary>Parameters that are not zero, or that one token uses.</summary>
    Active,

    /// <summary>Every stored parameter.</summary>
    Total,
}

/// <summary>Runs that a law is fitted to, with the convention of their N.</summary>
public sealed record LossTable(IReadOnlyList<LossRow> Rows, ParameterConvention Convention = ParameterConvention.Unstated)
{
    /// <summary>The same runs with N counted by <paramref name="convention"/>; as they are where theirs is not stated.</summary>
    public LossTable Counting(ParameterConvention convention)
    {
        if (convention == Convention || convention == ParameterConvention.Unstated || Convention == ParameterConvention.Unstated)
            return this;
        return new LossTable(Rows.Select(row => row with { Parameters = Convert(row) }).ToList(), convention);

        double Convert(LossRow row) =>
            convention == ParameterConvention.Total ? row.Parameters / (1 - row.Sparsity) : row.Parameters * (1 - row.Sparsity);
    }

    public LossTable Where(Func<LossRow, bool> keep) => this with { Rows = Rows.Where(keep).ToList() };
}
