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
    protected const int Lanes = 4;

    public abstract int Dimension { get; }

    /// <summary>How often each row counts; a bootstrap resample is a set of weights.</summary>
    public double[] Weights { get; } = new double[losses.Length];

    /// <summary>The residual from which the sum grows linearly; infinity for squares.</summary>
    public double Delta { get; set; } = delta;

    protected int PaddedRows => losses.Length;

    public static int Padded(int rows) => (rows + Lanes - 1) / Lanes * Lanes;

    public abstract double Evaluate(ReadOnlySpan<double> x, Span<double> gradient, Span<double> hessian);

    public void Weigh(int rows)
    {
        Array.Clear(Weights);
        Weights.AsSpan(0, rows).Fill(1);
    }

    /// <summary>
    /// Huber's function for four rows. Returns its weighted values; <paramref name="slope"/> is w·ψ and
    /// <paramref name="outer"/> w·ψ', both by the predicted ln L (so that absolute residuals carry L̂).
    /// </summary>
    protected Vector256<double> Huber(int row, Vector256<double> predicted, out Vector256<double> slope, out Vector256<double> outer)
    {
        var weight = Vector256.LoadUnsafe(ref Weights[row]);
        var residual = absolute
            ? Vector256.LoadUnsafe(ref losses[row]) - predicted
            : Vector256.LoadUnsafe(ref logLosses[row]) - Vector256.Log(predicted);
        var bend = Vector256.Create(Delta);
        var size = Vector256.Abs(residual);
        var inside = Vector256.LessThanOrEqual(size, bend);
        var clipped = Vector256.ConditionalSelect(inside, residual, Vector256.CopySign(bend, residual));
        var value = Vector256.ConditionalSelect(inside, residual * residual * 0.5, bend * (size - (bend * 0.5)));
        slope = weight * clipped;
        var flat = Vector256.ConditionalSelect(inside, weight, Vector256<double>.Zero);
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
