using SparseProf.Ops;
using SparseProf.Profiler.Kernels.Checking;
using SparseProf.Profiler.Kernels.Formats;

namespace SparseProf.Profiler.Kernels.Operands;

/// <summary>Random operands of a <see cref="Gemm"/>: the same numbers for every kernel of the same seed.</summary>
public sealed class GemmOperands
{
    /// <summary>Of larger products only so many tokens are compared: first, last, and evenly between.</summary>
    private const int MaxCheckedTokens = 64;

    public GemmOperands(Gemm gemm, int seed)
    {
        (Tokens, Outputs, Inputs) = (checked((int)gemm.Shape.M), checked((int)gemm.Shape.N), checked((int)gemm.Shape.K));
        X = new float[checked(Tokens * Inputs)];
        Weights = new float[checked(Outputs * Inputs)];
        Bias = new float[gemm.Bias ? Outputs : 0];
        NormalData.Fill(X, seed);
        NormalData.Fill(Weights, seed + 1, 1 / Math.Sqrt(Inputs));
        NormalData.Fill(Bias, seed + 2);
        PatternProjection.Apply(Weights, Outputs, Inputs, gemm.Pattern);
    }

    public int Tokens { get; }

    public int Outputs { get; }

    public int Inputs { get; }

    /// <summary>[tokens, inputs].</summary>
    public float[] X { get; }

    /// <summary>[outputs, inputs], pruned to the pattern.</summary>
    public float[] Weights { get; }

    /// <summary>[outputs], or empty.</summary>
    public float[] Bias { get; }

    /// <summary>Compares a result [tokens, outputs].</summary>
    public Correctness Check(ReadOnlySpan<float> y)
    {
        int[] tokens = [.. Enumerable.Range(0, Math.Min(Tokens, MaxCheckedTokens)).Select(i => (int)((long)i * (Tokens - 1) / Math.Max(1, Math.Min(Tokens, MaxCheckedTokens) - 1)))];
        var reference = ReferenceProducts.Linear(X, Weights, Bias, Outputs, Inputs, tokens);
        var result = new float[reference.Length];
        for (var i = 0; i < tokens.Length; i++)
            y.Slice(tokens[i] * Outputs, Outputs).CopyTo(result.AsSpan(i * Outputs));
        var correctness = ResultCheck.Compare(result, reference, ResultCheck.Tolerance(DType.Fp32, Inputs));
        return ResultCheck.AllFinite(y) ? correctness : correctness with { MaxRelativeError = double.PositiveInfinity };
    }
}
