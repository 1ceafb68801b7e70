using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Factorization;

namespace SparseProf.CostModel.Statistics;

/// <summary>
/// Gaussian-process regression (Rasmussen and Williams 2006, alg. 2.1) for a few hundred points: a Matérn-5/2 kernel over
/// the smooth coordinates, a linear one over the trend coordinates, noise. Constants maximize the marginal likelihood
/// with a pull towards the start.
/// </summary>
public sealed class GaussianProcess
{
    private const int Evaluations = 250;

    private readonly double[][] _smooth;
    private readonly double[][] _trend;
    private readonly double[] _weights;
    private readonly Matrix<double> _inverse;

    private GaussianProcess(double[][] smooth, double[][] trend, double[] weights, Matrix<double> inverse, KernelScales scales)
    {
        _smooth = smooth;
        _trend = trend;
        _weights = weights;
        _inverse = inverse;
        Scales = scales;
    }

    public KernelScales Scales { get; }

    /// <summary>Learns the scales and the weights.</summary>
    public static GaussianProcess Fit(double[][] smooth, double[][] trend, double[] targets, KernelScales start)
    {
        var origin = start.ToLogs();
        double Loss(double[] point)
        {
            double pull = 0;
            for (var i = 0; i < point.Length; i++)
                pull += (point[i] - origin[i]) * (point[i] - origin[i]) / 2;
            return NegativeLogLikelihood(smooth, trend, targets, KernelScales.FromLogs(point)) + pull;
        }

        var best = NelderMead.Minimize(Loss, origin, [.. origin.Select(_ => 0.5)], Evaluations);
        return Given(smooth, trend, targets, KernelScales.FromLogs(best));
    }

    /// <summary>The process with known scales.</summary>
    public static GaussianProcess Given(double[][] smooth, double[][] trend, double[] targets, KernelScales scales)
    {
        var inverse = Factor(Covariance(smooth, trend, scales)).Solve(Matrix<double>.Build.DenseIdentity(targets.Length));
        return new(smooth, trend, [.. inverse * Vector<double>.Build.Dense(targets)], inverse, scales);
    }

    public double Predict(double[] smooth, double[] trend)
    {
        double sum = 0;
        for (var i = 0; i < _weights.Length; i++)
            sum += _weights[i] * Scales.Kernel(smooth, trend, _smooth[i], _trend[i]);
        return sum;
    }

    /// <summary>Standard deviation of a new observation, noise included.</summary>
    public double Deviation(double[] smooth, double[] trend)
    {
        var cross = Vector<double>.Build.Dense(_weights.Length, i => Scales.Kernel(smooth, trend, _smooth[i], _trend[i]));
        var variance = Scales.Kernel(smooth, trend, smooth, trend) - cross * (_inverse * cross);
        return Math.Sqrt(Math.Max(0, variance) + Scales.Noise * Scales.Noise);
    }

    /// <summary>What each point's target would miss if its whole group had been left out, and the deviation that would have been told of it (eq. 5.12 for blocks).</summary>
    public (double Error, double Deviation)[] LeaveGroupOutErrors<TGroup>(IReadOnlyList<TGroup> groups)
    {
        var left = new (double, double)[_weights.Length];
        foreach (var group in Enumerable.Range(0, left.Length).GroupBy(i => groups[i]))
        {
            int[] rows = [.. group];
            var covariance = Matrix<double>.Build.Dense(rows.Length, rows.Length, (i, j) => _inverse[rows[i], rows[j]]).Inverse();
            var errors = covariance * Vector<double>.Build.Dense(rows.Length, i => _weights[rows[i]]);
            for (var i = 0; i < rows.Length; i++)
                left[rows[i]] = (errors[i], Math.Sqrt(covariance[i, i]));
        }

        return left;
    }

    // Targets without noise on points close together round to a matrix that is none of a covariance: as little as helps is
    // added to its diagonal.
    private static Cholesky<double> Factor(Matrix<double> covariance)
    {
        const double Least = 1e-12;
        const double Most = 1e-3;
        var largest = covariance.Diagonal().Maximum();
        for (var share = 0.0; ; share = share == 0 ? Least : 10 * share)
        {
            try
            {
                return (covariance + (Matrix<double>.Build.DenseIdentity(covariance.RowCount) * (share * largest))).Cholesky();
            }
            catch (ArgumentException) when (share < Most)
            {
                // Not positive definite yet.
            }
        }
    }

    private static double NegativeLogLikelihood(double[][] smooth, double[][] trend, double[] targets, KernelScales scales)
    {
        try
        {
            var cholesky = Covariance(smooth, trend, scales).Cholesky();
            var vector = Vector<double>.Build.Dense(targets);
            return 0.5 * (vector * cholesky.Solve(vector)) + 0.5 * cholesky.DeterminantLn;
        }
        catch (ArgumentException)
        {
            return double.MaxValue; // not positive definite
        }
    }

    private static Matrix<double> Covariance(double[][] smooth, double[][] trend, KernelScales scales)
    {
        var covariance = Matrix<double>.Build.Dense(smooth.Length, smooth.Length);
        for (var i = 0; i < smooth.Length; i++)
        {
            for (var j = 0; j <= i; j++)
                covariance[i, j] = covariance[j, i] = scales.Kernel(smooth[i], trend[i], smooth[j], trend[j]);
            covariance[i, i] += scales.Noise * scales.Noise + 1e-10;
        }

        return covariance;
    }
}

/// <summary>Standard deviations and lengths of the kernel of a <see cref="GaussianProcess"/>.</summary>
/// <param name="Trend">Deviation of each trend coefficient.</param>
/// <param name="Smooth">Deviation of the smooth part.</param>
/// <param name="Lengths">Of each smooth coordinate.</param>
public sealed record KernelScales(double Trend, double Smooth, double Noise, double[] Lengths)
{
    private static readonly double RootFive = Math.Sqrt(5);

    public double[] ToLogs() => [Math.Log(Trend), Math.Log(Smooth), Math.Log(Noise), .. Lengths.Select(length => Math.Log(length))];

    public static KernelScales FromLogs(double[] logs) =>
        new(Math.Exp(logs[0]), Math.Exp(logs[1]), Math.Exp(logs[2]), [.. logs[3..].Select(value => Math.Exp(value))]);

    public double Kernel(double[] smoothA, double[] trendA, double[] smoothB, double[] trendB)
    {
        double distance = 0;
        for (var d = 0; d < Lengths.Length; d++)
        {
            var difference = (smoothA[d] - smoothB[d]) / Lengths[d];
            distance += difference * difference;
        }

        double trend = 0;
        for (var d = 0; d < trendA.Length; d++)
            trend += trendA[d] * trendB[d];
        var scaled = RootFive * Math.Sqrt(distance);
        return Trend * Trend * trend + Smooth * Smooth * (1 + scaled + scaled * scaled / 3) * Math.Exp(-scaled);
    }
}
