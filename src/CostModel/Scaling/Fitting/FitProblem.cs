using SparseProf.CostModel.Scaling.Data;
using SparseProf.CostModel.Scaling.Laws;

namespace SparseProf.CostModel.Scaling.Fitting;

/// <summary>A parameter that these rows cannot tell, and why.</summary>
public sealed record Unidentified(string Parameter, string Because);

/// <summary>A law on given rows: the variables that are free, where to start, and the way back to raw units.</summary>
internal abstract class FitProblem(ScalingLaw law, LossTable table)
{
    public ScalingLaw Law { get; } = law;

    /// <summary>The rows in the law's convention of N.</summary>
    public LossTable Table { get; } = table;

    public int Rows => Table.Rows.Count;

    public abstract int FreeParameters { get; }

    /// <summary>What the structure of the rows rules out, before any fit.</summary>
    public abstract IReadOnlyList<Unidentified> Unidentified { get; }

    /// <summary>An objective with every row counted once.</summary>
    public abstract FitObjective CreateObjective(Estimator estimator);

    /// <summary>Starts from the projection over a grid of exponents, best first.</summary>
    public abstract IReadOnlyList<double[]> Seeds(ReadOnlySpan<double> weights, int count);

    /// <summary>Brings coefficients that ran away toward zero back, so that a search may leave the bound again.</summary>
    public abstract void LeaveBounds(Span<double> x);

    /// <summary>Parameters in raw units, in the order of <see cref="ScalingLaw.ParameterNames"/>; NaN where not free, 0 at a bound.</summary>
    public abstract double[] ToRaw(ReadOnlySpan<double> x);
}
