using System.Numerics;
using System.Runtime.Intrinsics;
using SparseProf.CostModel.Statistics;

namespace SparseProf.CostModel.Scaling.Fitting;

/// <summary>
/// The weighted Huber sum of a law's residuals in the optimiser's variables. Rows lie in columns padded to whole vectors,
/// pads weigh nothing. One instance serves one thread.
/// </summary>
internal abstract class FitObjective(double[] losses, double[] logLosses, double delta, bool absolute) : ISmoothFunction
{
    protected const int Lanes = 8;

    public abstract int Dimension { get; }

    /// <summary>How often each row counts; a bootstrap resample is a set of weights.</summary>
    public double[] Weights { get; } = new double[losses.Length];

    /// <summary>The residual from which the sum grows linearly; infinity for squares.</summary>
    public double Delta { get; set; } = delta;

    protected int PaddedRows => losses.Length;

    public static int Padded(int rows) => (rows + Lanes - 1) / Lanes * Lanes;

    public abstract double Evaluate(ReadOnlySpan<double> x, Span<double> gradient, Span<double> hessian);

    public abstract double Value(ReadOnlySpan<double> x);

    public void Weigh(int rows)
    {
        Array.Clear(Weights);
        Weights.AsSpan(0, rows).Fill(1);
    }

    /// <summary>
    /// Huber's function for eight rows. Returns its weighted values; <paramref name="slope"/> is w·ψ and
    /// <paramref name="curvature"/> w·ψ', both by the predicted ln L (so that absolute residuals carry L̂).
    /// </summary>
    protected Vector512<double> Huber(int row, Vector512<double> predicted, out Vector512<double> slope, out Vector512<double> outer)
    {
        var weight = Vector512.LoadUnsafe(ref Weights[row]);
        var residual = absolute
            ? Vector512.LoadUnsafe(ref losses[row]) - predicted
            : Vector512.LoadUnsafe(ref logLosses[row]) - Vector512.Log(predicted);
        var bend = Vector512.Create(Delta);
        var size = Vector512.Abs(residual);
        var inside = Vector512.LessThanOrEqual(size, bend);
        var clipped = Vector512.ConditionalSelect(inside, residual, Vector512.CopySign(bend, residual));
        var value = Vector512.ConditionalSelect(inside, residual * residual * 0.5, bend * (size - (bend * 0.5)));
        slope = weight * clipped;
        var flat = Vector512.ConditionalSelect(inside, weight, Vector512<double>.Zero);
        if (absolute)
        {
            slope *= predicted;
            outer = flat * predicted * predicted;
        }
        else
        {
            // Second derivatives of ln L̂ are those of L̂ over L̂, less the outer product of the gradient of ln L̂.
            outer = flat + slope;
        }

        return weight * value;
    }
}
