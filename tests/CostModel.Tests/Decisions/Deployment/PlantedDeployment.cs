using SparseProf.CostModel.Decisions.Deployment;
using SparseProf.CostModel.Hardware;
using SparseProf.CostModel.Latency;
using SparseProf.Ops;
using SparseProf.Ops.Architectures;

namespace SparseProf.CostModel.Tests.Decisions.Deployment;

/// <summary>Questions about a small encoder, and calibrations whose kernels follow a planted law.</summary>
internal static class PlantedDeployment
{
    public const string L4 = "nvidia-l4";
    public const string H100 = "nvidia-h100-sxm5-80gb";

    private static readonly TransformerConfig Model = new() { Layers = 4, Tokens = 128 };

    public static DeploymentQuestion Question(params string[] profiles) => new("encoder", (batch, dtype, pattern) => ModelWork.Of(Model, batch, null, dtype, pattern))
    {
        Profiles = [.. profiles.Select(ProfileCatalog.Load)],
        Patterns = [SparsityPattern.Dense.Instance, SparsityPattern.TwoFour],
        DTypes = [DType.Bf16],
        Batches = [1, 8],
        QueriesPerSecond = 500,
        LatencyLimitSeconds = 0.05,
    };

    public static DeploymentAdvice Advise(DeploymentQuestion question) => DeploymentAdviser.Advise(question, new Dictionary<string, Calibration>(), Priors.None);

    /// <summary>Tables of dense and 2:4 products on an L4, made from physics; 2:4 products take <paramref name="factor"/> times as long as dense ones of half the depth. Synthetic.</summary>
    public static Dictionary<string, Calibration> Calibrated(double factor)
    {
        var profile = ProfileCatalog.Load(L4);
        var truth = KernelPhysics.Typical with { Launch = 4e-6, Compute = 0.6 };
        double[] tokens = [32, 128, 512, 1024, 2048];
        double[] sizes = [768, 1536, 3072];
        var rows = from m in tokens from n in sizes from k in sizes from sparse in new[] { false, true } select Row(m, n, k, sparse);
        return new() { [L4] = Calibration.Fit(profile, new KernelTable("planted", [], [.. rows]), Priors.None, null, 0) };

        KernelRow Row(double m, double n, double k, bool sparse)
        {
            var call = new KernelCall(KernelKind.Gemm, DType.Bf16) { M = m, N = n, K = k };
            var seconds = truth.Latency(Work.Of(sparse ? call with { K = k / 2 } : call), profile.Figures(DType.Bf16, SparsityPattern.Dense.Instance));
            return new(sparse ? call with { Pattern = SparsityPattern.TwoFour } : call, seconds * (sparse ? factor : 1), null, []);
        }
    }
}
