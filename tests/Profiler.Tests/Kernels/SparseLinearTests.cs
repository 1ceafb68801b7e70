using FsCheck;
using FsCheck.Fluent;
using SparseProf.Ops;
using SparseProf.Ops.Units;
using SparseProf.Profiler.Kernels;
using SparseProf.Profiler.Kernels.Checking;
using SparseProf.Profiler.Kernels.Simd;

namespace SparseProf.Profiler.Tests.Kernels;

public sealed unsafe class SparseLinearTests
{
    private static readonly string[] s_patterns = ["csr@0.1", "csr@0.5", "csr@1", "2:4", "block:16x16@0.3", "block:32x32@0.5", "block:3x5@0.4", "block:1x8@0.5"];

    // Tokens, outputs, inputs: ones, primes, multiples of every vector and panel, more columns than a strip, more rows than a chunk.
    private static readonly (int M, int N, int K)[] s_shapes =
    [
        (1, 1, 1), (1, 7, 5), (2, 3, 4), (5, 16, 31), (13, 17, 29), (16, 32, 64), (17, 33, 65), (31, 8, 257), (32, 64, 96), (33, 96, 40),
        (64, 31, 300), (65, 64, 64), (97, 40, 520), (7, 700, 24), (3, 5, 1100), (130, 48, 48),
    ];

    public static TheoryData<string, SimdLevel, int> Variants
    {
        get
        {
            var variants = new TheoryData<string, SimdLevel, int>();
            foreach (var pattern in s_patterns)
            {
                foreach (var level in Enum.GetValues<SimdLevel>())
                {
                    foreach (var threads in new[] { 1, 2 })
                        variants.Add(pattern, level, threads);
                }
            }

            return variants;
        }
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public void Every_variant_agrees_with_double_precision_on_every_shape(string pattern, SimdLevel level, int threads)
    {
        KernelCases.SkipUnlessRunnable(level);
        foreach (var (m, n, k) in s_shapes)
        {
            var parsed = SparsityPatternText.Parse(pattern);
            var correctness = Check(KernelCases.PrunedWeights(n, k, parsed), m, n, k, parsed, level, threads, bias: (m + n) % 2 == 0);
            Assert.True(correctness.Passed, $"{m}x{n}x{k}: {correctness}");
        }
    }

    [Theory]
    [InlineData("csr@0.5", SimdLevel.Portable)]
    [InlineData("csr@0.5", SimdLevel.Avx2)]
    [InlineData("csr@0.5", SimdLevel.Avx512)]
    [InlineData("2:4", SimdLevel.Avx2)]
    [InlineData("block:16x16@0.5", SimdLevel.Avx2)]
    [InlineData("block:16x16@0.5", SimdLevel.Avx512)]
    public void A_matrix_of_zeros_gives_the_bias_and_not_what_was_there_before(string pattern, SimdLevel level)
    {
        KernelCases.SkipUnlessRunnable(level);
        var correctness = Check(new float[20 * 48], 19, 20, 48, SparsityPatternText.Parse(pattern), level, threads: 2, bias: true);
        Assert.Equal(0, correctness.MaxRelativeError);
    }

    [Fact]
    public void Empty_rows_beside_full_ones_are_right()
    {
        var weights = KernelCases.Normal(300 * 40, seed: 3);
        for (var row = 0; row < 300; row += 3)
            weights.AsSpan(row * 40, 40).Clear();
        var correctness = Check(weights, 40, 300, 40, new SparsityPattern.Unstructured(new Fraction(0.67)), SimdLevels.Current, threads: 2, bias: false);
        Assert.True(correctness.Passed, $"{correctness}");
    }

    [Fact]
    public void Any_shape_density_and_team_agrees_with_double_precision()
    {
        var cases =
            from m in Gen.Choose(1, 80)
            from n in Gen.Choose(1, 90)
            from k in Gen.Choose(1, 90)
            from percent in Gen.Choose(0, 100)
            from level in Gen.Elements(KernelCases.Levels.ToArray())
            from threads in Gen.Choose(1, 2)
            from blocked in Gen.Elements(true, false)
            select (m, n, k, percent, level, threads, blocked);
        Prop.ForAll(cases.ToArbitrary(), test =>
        {
            var density = new Fraction(test.percent / 100.0);
            SparsityPattern pattern = test.blocked ? new SparsityPattern.Block(8, 8, density) : new SparsityPattern.Unstructured(density);
            return Check(KernelCases.PrunedWeights(test.n, test.k, pattern), test.m, test.n, test.k, pattern, test.level, test.threads, bias: false).Passed;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(60).WithReplay(20_240_601, 1));
    }

    [Fact]
    public void A_layer_runs_again_with_more_and_with_fewer_tokens()
    {
        const int N = 50, K = 70;
        var pattern = new SparsityPattern.Unstructured(new Fraction(0.2));
        var weights = KernelCases.PrunedWeights(N, K, pattern);
        using var layer = SparseLinear.Create(weights, N, K, pattern, default, KernelCases.Team(2));
        foreach (var m in new[] { 40, 300, 3, 129 })
            Assert.True(Check(layer, weights, [], m).Passed, $"{m} tokens");
    }

    [Fact]
    public void Running_again_allocates_nothing()
    {
        var pattern = new SparsityPattern.Unstructured(new Fraction(0.2));
        using var layer = SparseLinear.Create(KernelCases.PrunedWeights(64, 64, pattern), 64, 64, pattern, default, KernelCases.Team(1));
        using var x = KernelCases.Native(KernelCases.Normal(64 * 64, seed: 1));
        using var y = KernelCases.Poisoned(64 * 64);
        layer.Run(x.Pointer, 64, y.Pointer);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
            layer.Run(x.Pointer, 64, y.Pointer);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void A_pattern_without_a_sparse_kernel_is_refused() =>
        Assert.Throws<NotSupportedException>(() => SparseLinear.Create(new float[16], 4, 4, SparsityPattern.Dense.Instance, default, KernelCases.Team(1)));

    private static Correctness Check(float[] weights, int m, int n, int k, SparsityPattern pattern, SimdLevel level, int threads, bool bias)
    {
        var biases = bias ? KernelCases.Normal(n, seed: 5) : [];
        using var layer = SparseLinear.Create(weights, n, k, pattern, biases, KernelCases.Team(threads), level);
        return Check(layer, weights, biases, m);
    }

    private static Correctness Check(ISparseLinear layer, float[] weights, float[] bias, int m)
    {
        var inputs = KernelCases.Normal(m * layer.Inputs, seed: 11);
        using var x = KernelCases.Native(inputs);
        using var y = KernelCases.Poisoned(m * layer.Outputs);
        layer.Run(x.Pointer, m, y.Pointer);
        var reference = ReferenceProducts.Linear(inputs, weights, bias, layer.Outputs, layer.Inputs, [.. Enumerable.Range(0, m)]);
        return ResultCheck.Compare(y.Span, reference, ResultCheck.Tolerance(DType.Fp32, layer.Inputs));
    }
}
