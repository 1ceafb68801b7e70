using SparseProf.Ops;

namespace SparseProf.Profiler.Kernels.Checking;

/// <summary>Compares results with a reference in double precision.</summary>
public static class ResultCheck
{
    /// <summary>Rounding errors of K products add up like a random walk: √K · eps, with room for the largest of many results.</summary>
    private const double Slack = 8;

    /// <summary>What a sum of <paramref name="length"/> products may be off, in units of the results' root mean square.</summary>
    public static double Tolerance(DType dtype, long length) => Slack * Math.Sqrt(Math.Max(1, length)) * Epsilon(dtype);

    public static bool AllFinite(ReadOnlySpan<float> values)
    {
        foreach (var value in values)
        {
            if (!float.IsFinite(value))
                return false;
        }

        return true;
    }

    public static Correctness Compare(ReadOnlySpan<float> result, ReadOnlySpan<double> reference, double tolerance)
    {
        if (result.Length != reference.Length)
            throw new ArgumentException($"{result.Length} results for {reference.Length} references", nameof(result));
        var (squares, worst) = (0.0, 0.0);
        for (var i = 0; i < result.Length; i++)
        {
            squares += reference[i] * reference[i];
            // Not Math.Max: a NaN must win.
            if (!(Math.Abs(result[i] - reference[i]) <= worst))
                worst = float.IsFinite(result[i]) ? Math.Abs(result[i] - reference[i]) : double.PositiveInfinity;
        }

        var scale = result.Length == 0 ? 0 : Math.Sqrt(squares / result.Length);
        return new(scale > 0 ? worst / scale : worst, tolerance);
    }

    /// <summary>The distance from 1 to the next number of the type that the product is computed in.</summary>
    private static double Epsilon(DType dtype) => dtype switch
    {
        DType.Fp32 => Math.Pow(2, -23),
        DType.Tf32 or DType.Fp16 => Math.Pow(2, -10),
        DType.Bf16 => Math.Pow(2, -7),
        DType.Fp8 => Math.Pow(2, -3),
        _ => Math.Pow(2, -7),
    };
}
