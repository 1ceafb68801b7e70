namespace SparseProf.Profiler.Kernels.Checking;

/// <summary>Slow, obvious row operations in double precision.</summary>
public static class ReferenceRows
{
    public static double[] Softmax(ReadOnlySpan<float> x, int columns)
    {
        var y = new double[x.Length];
        for (var start = 0; start < x.Length; start += columns)
        {
            var (max, sum) = (double.NegativeInfinity, 0.0);
            for (var i = start; i < start + columns; i++)
                max = Math.Max(max, x[i]);
            for (var i = start; i < start + columns; i++)
                sum += y[i] = Math.Exp(x[i] - max);
            for (var i = start; i < start + columns; i++)
                y[i] /= sum;
        }

        return y;
    }

    /// <summary>(x − mean) / √(variance + ε) · weight + bias; one weight and bias a column.</summary>
    public static double[] LayerNorm(ReadOnlySpan<float> x, ReadOnlySpan<float> weight, ReadOnlySpan<float> bias, double epsilon)
    {
        var (y, columns) = (new double[x.Length], weight.Length);
        for (var start = 0; start < x.Length; start += columns)
        {
            var (mean, squares) = (0.0, 0.0);
            for (var i = start; i < start + columns; i++)
                mean += x[i] / (double)columns;
            for (var i = start; i < start + columns; i++)
                squares += (x[i] - mean) * (x[i] - mean);
            for (var i = start; i < start + columns; i++)
                y[i] = (x[i] - mean) / Math.Sqrt(squares / columns + epsilon) * weight[i - start] + bias[i - start];
        }

        return y;
    }

    /// <summary>x · Φ(x), with Φ by integrating the normal density from 0 (Simpson's rule; error below 1e-9 for |x| ≤ 8).</summary>
    public static double Gelu(double x)
    {
        if (Math.Abs(x) > 8)
            return Math.Max(0, x);
        const int Steps = 200;
        var (step, sum) = (x / Steps, 0.0);
        for (var i = 0; i <= Steps; i++)
            sum += (i is 0 or Steps ? 1 : i % 2 == 1 ? 4 : 2) * Math.Exp(-i * step * i * step / 2);
        return x * (0.5 + sum * step / 3 / Math.Sqrt(2 * Math.PI));
    }
}
