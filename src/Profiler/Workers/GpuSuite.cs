using SparseProf.Ops;

namespace SparseProf.Profiler.Workers;

/// <summary>What a GPU run measures, most informative first, so that a run cut short has answered the most.</summary>
public static class GpuSuite
{
    private const long SentinelSide = 8192;

    // Layers of a 7-billion-parameter transformer, and of a BERT-base.
    private static readonly (long N, long K)[] s_weights = [(4096, 4096), (11008, 4096), (4096, 11008), (3072, 768)];

    private static readonly long[] s_tokens = [4096, 1024, 64, 16384, 256];

    private static readonly double[] s_densities = [0.5, 0.2, 0.1, 0.05, 0.02, 0.01];

    private static readonly double[] s_blockDensities = [0.5, 0.3, 0.2, 0.1];

    /// <summary>The power meter, and a product whose time is known: if it is wrong, so is the harness.</summary>
    public static IEnumerable<GpuJob> Sentinel() =>
    [
        new() { Kernel = PowerMeterJob.Kernel, M = 0, N = 0, K = 0, Dtype = DType.Fp32.Name() },
        Square("cublaslt", DType.Bf16, "dense") with { Energy = true, Regime = Regime.Sustained },
        Square("cublaslt", DType.Bf16, "dense"),
    ];

    public static IEnumerable<GpuJob> Jobs(bool quick)
    {
        // The headline: 2:4 against dense in both regimes and in energy.
        foreach (var job in Pair(Square("cublaslt", DType.Bf16, "dense")))
            yield return job;
        foreach (var job in Layers(DType.Bf16, quick))
            yield return job;
        foreach (var job in Unstructured(quick))
            yield return job;
        foreach (var job in Mixtures(quick))
            yield return job;
        foreach (var dtype in new[] { DType.Fp8, DType.Int8, DType.Tf32 })
        {
            foreach (var job in Pair(Square("cublaslt", dtype, "dense")))
                yield return job;
            foreach (var job in quick ? [] : Layers(dtype, quick: true))
                yield return job;
        }

        yield return Square("cublaslt", DType.Fp32, "dense");
        // Last, in a process of its own: known to end in an illegal instruction on some GPUs.
        foreach (var job in Pair(Square("cublaslt", DType.Fp16, "dense")))
            yield return job;
    }

    private static IEnumerable<GpuJob> Layers(DType dtype, bool quick) =>
        from tokens in quick ? s_tokens[..2] : s_tokens
        from weight in quick ? s_weights[..2] : s_weights
        let dense = new GpuJob { Kernel = "cublaslt", M = tokens, N = weight.N, K = weight.K, Dtype = dtype.Name(), Quick = quick }
        from job in new[] { dense, dense with { Kernel = "cusparselt", Pattern = SparsityPattern.TwoFour.Text } }
        select job;

    // Dense, dense on the pruned matrix (is it the zeros or the kernel?), and 2:4; burst and sustained with energy.
    private static IEnumerable<GpuJob> Pair(GpuJob dense)
    {
        foreach (var regime in new[] { Regime.Burst, Regime.Sustained })
        {
            var job = dense with { Regime = regime, Energy = regime == Regime.Sustained };
            yield return job;
            yield return job with { Pattern = SparsityPattern.TwoFour.Text };
            yield return job with { Kernel = "cusparselt", Pattern = SparsityPattern.TwoFour.Text };
        }
    }

    private static IEnumerable<GpuJob> Unstructured(bool quick)
    {
        var shape = new GpuJob { Kernel = "cublaslt", M = 1024, N = 4096, K = 4096, Dtype = DType.Bf16.Name(), Quick = quick };
        foreach (var regime in new[] { Regime.Burst, Regime.Sustained })
        {
            var job = shape with { Regime = regime, Energy = regime == Regime.Sustained };
            yield return job;
            foreach (var density in quick ? s_densities[2..5] : s_densities)
                yield return job with { Kernel = "cusparse.csr", Pattern = $"csr@{density:0.######}" };
            foreach (var density in quick ? s_blockDensities[2..] : s_blockDensities)
            {
                yield return job with { Kernel = "cusparse.blocked_ell", Pattern = $"block:64x64@{density:0.######}" };
                yield return job with { Kernel = "cusparse.bsr", Pattern = $"block:64x64@{density:0.######}" };
            }
        }
    }

    private static IEnumerable<GpuJob> Mixtures(bool quick) =>
        from tokens in quick ? new long[] { 4096 } : [4096, 512]
        let loop = new GpuJob { Kernel = "cublaslt.expert_loop", OpKind = "moe_ffn", M = tokens, N = 4096, K = 2048, Experts = 8, TopK = 2, Dtype = DType.Bf16.Name(), Quick = quick }
        from job in new[] { loop, loop with { Kernel = "cublas.grouped" } }
        select job;

    private static GpuJob Square(string kernel, DType dtype, string pattern) =>
        new() { Kernel = kernel, M = SentinelSide, N = SentinelSide, K = SentinelSide, Dtype = dtype.Name(), Pattern = pattern };
}
