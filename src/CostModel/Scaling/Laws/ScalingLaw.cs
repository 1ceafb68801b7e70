using SparseProf.CostModel.Scaling.Data;
using SparseProf.CostModel.Scaling.Fitting;

namespace SparseProf.CostModel.Scaling.Laws;

/// <summary>A form of L(N, D, S). Parameters are in raw units of N and D; NaN stands for one that the data cannot tell.</summary>
public abstract class ScalingLaw
{
    public abstract string Name { get; }

    public abstract string Formula { get; }

    /// <summary>Paper and equation.</summary>
    public abstract string Source { get; }

    public abstract IReadOnlyList<string> ParameterNames { get; }

    /// <summary>The convention of N that the law is defined in; <see cref="ParameterConvention.Unstated"/> where it takes either.</summary>
    public virtual ParameterConvention Convention => ParameterConvention.Unstated;

    /// <summary>Names of the literature for the same parameters, where they differ.</summary>
    public virtual IReadOnlyDictionary<string, string> Aliases { get; } = new Dictionary<string, string>();

    /// <summary>Whether loss depends on D.</summary>
    public abstract bool HasTokens { get; }

    /// <summary>Whether loss depends on S.</summary>
    public abstract bool HasSparsity { get; }

    /// <summary>L at one point.</summary>
    public abstract double Loss(IReadOnlyList<double> parameters, double n, double d, double s);

    /// <summary>L of one run, whose N is counted by the law's convention.</summary>
    public virtual double Loss(IReadOnlyList<double> parameters, LossRow row) =>
        Loss(parameters, row.Parameters, row.Tokens ?? double.NaN, row.Sparsity);

    /// <summary>The same law in N/n and D/d instead of N and D.</summary>
    public abstract double[] AtCenter(IReadOnlyList<double> parameters, double n, double d);

    /// <summary>What of the law the rows can tell, ready to be fitted.</summary>
    internal abstract FitProblem Prepare(LossTable table);

    public int IndexOf(string parameter)
    {
        for (var i = 0; i < ParameterNames.Count; i++)
        {
            if (ParameterNames[i] == parameter)
                return i;
        }

        return -1;
    }

    public sealed override string ToString() => Name;
}
