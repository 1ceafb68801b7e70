using SparseProf.CostModel.Scaling.Data;
using SparseProf.CostModel.Scaling.Laws;

namespace SparseProf.CostModel.Scaling.Fitting;

/// <summary>Rows as padded columns of logarithms, N and D over their geometric means.</summary>
internal sealed class RowColumns
{
    private readonly double[] _logParameters;
    private readonly double[] _logTokens;
    private readonly double[] _logDensity;
    private readonly double _parametersCenter;
    private readonly double _tokensCenter;

    public RowColumns(LossTable table)
    {
        var rows = table.Rows;
        var padded = FitObjective.Padded(rows.Count);
        _parametersCenter = rows.Average(row => Math.Log(row.Parameters));
        _tokensCenter = rows.All(row => row.Tokens is not null) ? rows.Average(row => Math.Log(row.Tokens!.Value)) : 0;
        _logParameters = Column(row => Math.Log(row.Parameters) - _parametersCenter);
        _logTokens = Column(row => row.Tokens is { } tokens ? Math.Log(tokens) - _tokensCenter : 0);
        _logDensity = Column(row => Math.Log(1 - row.Sparsity));
        Sparsity = Column(row => row.Sparsity);
        Losses = Column(row => row.Loss);
        LogLosses = Column(row => Math.Log(row.Loss));
        for (var pad = rows.Count; pad < padded; pad++)
            Losses[pad] = 1;
        TypicalLoss = Math.Exp(rows.Average(row => Math.Log(row.Loss)));

        double[] Column(Func<LossRow, double> of)
        {
            var column = new double[padded];
            for (var i = 0; i < rows.Count; i++)
                column[i] = of(rows[i]);
            return column;
        }
    }

    public double[] Losses { get; }

    public double[] LogLosses { get; }

    public double[] Sparsity { get; }

    /// <summary>Geometric mean of the losses.</summary>
    public double TypicalLoss { get; }

    /// <summary>The logarithm that was subtracted of a variable.</summary>
    public double LogCenter(Variable variable) => variable switch
    {
        Variable.Parameters => _parametersCenter,
        Variable.Tokens => _tokensCenter,
        _ => 0,
    };

    /// <summary>The sum of signed logarithms that one exponent multiplies.</summary>
    public double[] Feature(IEnumerable<Power> powers)
    {
        var feature = new double[Losses.Length];
        foreach (var power in powers)
        {
            var column = power.Of switch { Variable.Parameters => _logParameters, Variable.Tokens => _logTokens, _ => _logDensity };
            for (var i = 0; i < feature.Length; i++)
                feature[i] += power.Sign * column[i];
        }

        return feature;
    }
}
