using SparseProf.Ops;
using SparseProf.Ops.Units;

namespace SparseProf.Profiler.Workers;

/// <summary>The kernels that a GPU's suite compares, by the question that they answer; each comparison is a group.</summary>
internal static class GpuKernelCases
{
    private const long LargestSentinel = 8192;
    private const long SmallestSentinel = 512;

    // Layers of a 7-billion-parameter transformer, and of a BERT-base.
    private static readonly (long N, long K)[] s_weights = [(4096, 4096), (11008, 4096), (4096, 11008), (3072, 768)];

    private static readonly long[] s_tokens = [4096, 64];

    private static readonly long[] s_moreTokens = [1024, 16384, 256];

    // Even, and Zipf's law as routers without a balancing loss come near it.
    private static readonly ExpertLoad[] s_loads = [ExpertLoad.Balanced.Instance, new ExpertLoad.PowerLaw(1.2)];

    // This layer is compared in all formats at once, 2:4 among them.
    private const long UnstructuredTokens = 1024;

    private const long FewTokens = 16;

    private static readonly (long N, long K) s_unstructuredWeight = (4096, 4096);

    private static readonly double[] s_densities = [0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005];

    private static readonly double[] s_blockDensities = [0.5, 0.3, 0.2, 0.1];

    private static readonly double[] s_sustainedDensities = [0.05, 0.01, 0.005];

    private static readonly double[] s_sustainedBlockDensities = [0.3, 0.1];

    /// <summary>The largest power of two whose operands take little of the memory.</summary>
    public static long SentinelSide(Bytes memory)
    {
        const double Share = 1.0 / 16;
        var side = LargestSentinel;
        while (side > SmallestSentinel && 3 * side * side * 2 > Share * memory.Value)
            side /= 2;
        return side;
    }

    public static IEnumerable<GpuJob> Square(DType dtype, Bytes memory, bool quick, bool zeros = false)
    {
        var side = SentinelSide(memory);
        var dense = Named($"square {dtype.Name()}") with { Kernel = "cublaslt", M = side, N = side, K = side, Dtype = dtype.Name(), Quick = quick };
        List<GpuJob> cases = [dense];
        if (zeros)
            cases.Add(dense with { Data = "zeros" });
        if (dtype != DType.Fp32)
            cases.AddRange([Pruned(dense), Pruned(dense) with { Kernel = "cusparselt" }]);
        return cases.Concat(cases.Where(job => (zeros && !quick) || job == dense || job.Kernel == "cusparselt").Select(Sustained));
    }

    public static IEnumerable<GpuJob> Layers(DType dtype, bool quick) => Layers(dtype, quick ? [4096, 1024] : s_tokens, quick ? s_weights[..2] : s_weights, quick);

    /// <summary>The same layers at other numbers of tokens.</summary>
    public static IEnumerable<GpuJob> MoreLayers(DType dtype) => Layers(dtype, s_moreTokens, s_weights, quick: false);

    private static IEnumerable<GpuJob> Layers(DType dtype, long[] numbers, (long N, long K)[] weights, bool quick) =>
        from tokens in numbers
        from weight in weights
        where dtype != DType.Bf16 || (tokens, weight) != (UnstructuredTokens, s_unstructuredWeight)
        let dense = Named($"layer {dtype.Name()} {tokens} {weight}") with { Kernel = "cublaslt", M = tokens, N = weight.N, K = weight.K, Dtype = dtype.Name(), Quick = quick }
        from job in new[] { dense, Pruned(dense) with { Kernel = "cusparselt" } }
        select job;

    public static IEnumerable<GpuJob> Unstructured(DType dtype, bool quick)
    {
        var cases = Unstructured(dtype, UnstructuredTokens, quick);
        return cases.Concat(cases.Where(job => quick || IsSustained(job.Pattern)).Select(Sustained));
    }

    /// <summary>The same layer where reading the weights is most of the work, as in generating text; at full clock alone.</summary>
    public static IEnumerable<GpuJob> UnstructuredOfFewTokens(DType dtype, bool quick) => Unstructured(dtype, FewTokens, quick);

    private static List<GpuJob> Unstructured(DType dtype, long tokens, bool quick)
    {
        var shape = Named($"unstructured {dtype.Name()} {tokens}") with { Kernel = "cublaslt", M = tokens, N = s_unstructuredWeight.N, K = s_unstructuredWeight.K, Dtype = dtype.Name(), Quick = quick };
        List<GpuJob> cases = [shape];
        if (dtype == DType.Bf16)
            cases.Add(Pruned(shape) with { Kernel = "cusparselt" });
        cases.AddRange((quick ? s_densities[2..5] : s_densities).Select(density => shape with { Kernel = "cusparse.csr", Pattern = $"csr@{density:0.######}" }));
        foreach (var density in quick ? s_blockDensities[2..] : s_blockDensities)
        {
            // In 32 bits it computes tf32, which is not what the others do.
            if (dtype != DType.Fp32)
                cases.Add(shape with { Kernel = "cusparse.blocked_ell", Pattern = $"block:64x64@{density:0.######}" });
            cases.Add(shape with { Kernel = "cusparse.bsr", Pattern = $"block:64x64@{density:0.######}" });
        }

        return cases;
    }

    // Each sustained case takes seven seconds: densities on both sides of where break-evens are found.
    private static bool IsSustained(string pattern) =>
        SparsityPatternText.Parse(pattern) switch
        {
            SparsityPattern.Unstructured { Density.Value: var density } => s_sustainedDensities.Contains(density),
            SparsityPattern.Block { Density.Value: var density } => s_sustainedBlockDensities.Contains(density),
            _ => true,
        };

    // A mixture's layer under even, uneven and measured loads: what permuting its tokens takes alone, and a dense layer that
    // computes as much.
    public static IEnumerable<GpuJob> Mixtures(bool quick, ExpertLoad? measured) =>
        from tokens in quick ? new long[] { 4096 } : [4096, 512]
        from load in measured is null ? s_loads : [.. s_loads, measured]
        let experts = load is ExpertLoad.Measured { Seen: var seen } ? seen.Count : 8
        let topK = load is ExpertLoad.Measured ? 1 : 2
        let loop = Named($"experts {tokens} {load.Text}") with
        {
            Kernel = "cublaslt.expert_loop",
            OpKind = "moe_ffn",
            M = tokens,
            N = 4096,
            K = 2048,
            Experts = experts,
            TopK = topK,
            Load = load.Text,
            Dtype = DType.Bf16.Name(),
            Quick = quick,
        }
        from job in new[]
        {
            loop with { M = tokens * topK, Experts = 1, TopK = 1, Load = ExpertLoad.Balanced.Instance.Text },
            loop, loop with { Kernel = "cublas.grouped" }, loop with { Kernel = "sparseprof.permute", OpKind = "permute", N = 0 },
        }
        select job;

    // The same layers as above with the caches evicted before each call, and with the same inputs again.
    public static IEnumerable<GpuJob> Caches(bool quick) =>
        from mode in new[] { TimingMode.Cold, TimingMode.Hot }
        from tokens in quick ? new long[] { 64 } : [64, 1024]
        let dense = Named($"{mode} {tokens}") with { Kernel = "cublaslt", M = tokens, N = 4096, K = 4096, Dtype = DType.Bf16.Name(), Mode = mode, Quick = quick }
        from job in new[] { dense, Pruned(dense) with { Kernel = "cusparselt" } }
        select job;

    public static IEnumerable<GpuJob> SinglePrecision(bool quick) =>
        [Named("fp32") with { Kernel = "cublaslt", M = 4096, N = 4096, K = 4096, Dtype = DType.Fp32.Name(), Quick = quick }];

    private static GpuJob Pruned(GpuJob dense) => dense with { Pattern = SparsityPattern.OfSparseTensorCores(DTypes.Parse(dense.Dtype)).Text };

    private static GpuJob Sustained(GpuJob job) => job with { Regime = Regime.Sustained, Energy = true, Group = null };

    private static GpuJob Named(string group) => new() { Group = group, Kernel = "", M = 1, N = 1, K = 1, Dtype = "" };
}
