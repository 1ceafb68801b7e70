using SparseProf.Ops;
using SparseProf.Ops.Units;
using SparseProf.Profiler.Kernels;

namespace SparseProf.Profiler.Experiment;

/// <summary>Single ops of the paper's models, dense and sparse; the densities bracket the break-even of each format.</summary>
public static class KernelSuite
{
    private static readonly double[] s_densities = [0.05, 0.1, 0.2, 0.3, 0.5, 0.7];

    private static readonly double[] s_quickDensities = [0.05, 0.1, 0.5];

    private static readonly double[] s_blockDensities = [0.1, 0.2, 0.5];

    private static readonly double[] s_quickBlockDensities = [0.2];

    // Layers of BERT-base: attention projections, and both products of the feed-forward layer.
    private static readonly (long N, long K)[] s_weights = [(3072, 768), (768, 3072), (768, 768)];

    private static readonly long[] s_tokens = [128, 1, 16, 512];

    /// <param name="dense">The baselines; they compute what has no zeros.</param>
    /// <param name="sparse">They compute what has.</param>
    public static IEnumerable<CaseGroup> Groups(SuiteOptions options, IReadOnlyList<IKernel> dense, IReadOnlyList<IKernel> sparse)
    {
        foreach (var shape in Shapes(options.Quick))
        {
            yield return Group($"gemm {shape}", Gemms(shape, options.Quick), TimingMode.Hot);
            if (shape == new GemmShape(s_tokens[0], s_weights[0].N, s_weights[0].K) && !options.Quick)
                yield return Group($"gemm {shape}, cold", Gemms(shape, quick: true), TimingMode.Cold);
        }

        foreach (var convolution in Convolutions(options.Quick))
            yield return Group($"conv2d {convolution.Inputs}->{convolution.Outputs}, {convolution.Height}x{convolution.Width}", WithDensities(convolution), TimingMode.Hot);
        foreach (var op in RowOps())
            yield return Group($"{op.Kind}", [op], TimingMode.Hot);

        KernelGroup Group(string title, IEnumerable<Op> ops, TimingMode mode) => new(
            title,
            ops.SelectMany(op => (IsDense(op) ? dense : sparse).For(op), (op, kernel) => (op, kernel)),
            mode, options.Threads, options.Seed);
    }

    private static bool IsDense(Op op) => op switch
    {
        Gemm gemm => gemm.Pattern is SparsityPattern.Dense,
        Conv2d convolution => convolution.Pattern is SparsityPattern.Dense,
        _ => true,
    };

    // Every weight matrix at the usual length, and one of them from a single token to a long batch.
    private static IEnumerable<GemmShape> Shapes(bool quick)
    {
        IEnumerable<GemmShape> all =
        [
            .. s_weights.Select(weight => new GemmShape(s_tokens[0], weight.N, weight.K)),
            .. s_tokens.Skip(1).Select(tokens => new GemmShape(tokens, s_weights[0].N, s_weights[0].K)),
        ];
        return quick ? all.Take(1) : all;
    }

    private static List<Op> Gemms(GemmShape shape, bool quick)
    {
        var patterns = new List<SparsityPattern> { SparsityPattern.Dense.Instance, SparsityPattern.TwoFour };
        patterns.AddRange((quick ? s_quickBlockDensities : s_blockDensities).Select(density => new SparsityPattern.Block(32, 32, new Fraction(density))));
        patterns.Add(new SparsityPattern.Block(16, 16, new Fraction(s_blockDensities[1])));
        patterns.AddRange((quick ? s_quickDensities : s_densities).Select(density => new SparsityPattern.Unstructured(new Fraction(density))));
        return patterns.ConvertAll<Op>(pattern => new Gemm(shape, DType.Fp32, pattern));
    }

    // Layers of ResNet-18 for 32x32 images, from wide images with few channels to the reverse.
    private static IEnumerable<Conv2d> Convolutions(bool quick)
    {
        yield return new Conv2d(1, 128, 128, 16, 16, 3, 1, 1, DType.Fp32, SparsityPattern.Dense.Instance);
        if (quick)
            yield break;
        yield return new Conv2d(1, 64, 64, 32, 32, 3, 1, 1, DType.Fp32, SparsityPattern.Dense.Instance);
        yield return new Conv2d(1, 512, 512, 4, 4, 3, 1, 1, DType.Fp32, SparsityPattern.Dense.Instance);
    }

    private static IReadOnlyList<Op> WithDensities(Conv2d dense) =>
        [dense, .. s_quickDensities.Select(density => dense with { Pattern = new SparsityPattern.Unstructured(new Fraction(density)) })];

    private static IEnumerable<Op> RowOps() =>
    [
        new Softmax(12 * 128, 128, DType.Fp32),
        new Normalization("layer_norm", 128, 768, DType.Fp32),
        new Elementwise("gelu", 128, 3072, DType.Fp32),
    ];
}
