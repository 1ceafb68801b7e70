using SparseProf.CostModel.Decisions.Deployment;
using SparseProf.CostModel.Hardware;
using SparseProf.CostModel.Latency;
using SparseProf.Ops;
using SparseProf.Ops.Architectures;
using SparseProf.Ops.Errors;
using SparseProf.Ops.Units;
using SparseProf.Store;

namespace SparseProf.Reports.Evidence;

/// <summary>One model on every accelerator with a profile, under a load: what <c>advise deployment</c> says with its defaults.</summary>
public static class DeploymentEvidence
{
    /// <summary>The model by which accelerators are compared.</summary>
    public const string Yardstick = "dense-transformer";

    private static readonly SparsityPattern[] s_patterns = [SparsityPattern.Dense.Instance, SparsityPattern.TwoFour, new SparsityPattern.Block(32, 32, new Fraction(0.2)), new SparsityPattern.Unstructured(new Fraction(0.1))];

    private static readonly long[] s_batches = [1, 2, 4, 8, 16, 32, 64, 128];

    /// <summary>Null where the model is not known.</summary>
    public static DeploymentAdvice? Find(ReportRequest request)
    {
        if (!request.Architectures.TryGetValue(Yardstick, out var architecture))
            return null;
        var question = new DeploymentQuestion(Yardstick, (batch, dtype, pattern) => ModelWork.Of(architecture, batch, null, dtype, pattern))
        {
            Profiles = [.. ProfileCatalog.Ids.Select(ProfileCatalog.Load)],
            Patterns = s_patterns,
            DTypes = [DType.Bf16, DType.Fp16],
            Batches = s_batches,
            QueriesPerSecond = request.Load.QueriesPerSecond,
            LatencyLimitSeconds = request.Load.LatencyLimitSeconds,
            Region = request.Region,
        };
        using var store = MeasurementReader.Open(request.Database);
        var dense = question.Work(1, DType.Fp32, SparsityPattern.Dense.Instance).Graph;
        return DeploymentAdviser.Advise(question, new Dictionary<string, Calibration>(), Priors.None, new QualityBook(store, Yardstick, null, dense.TotalParameters.Value, null).Of);
    }

    /// <summary>The best dense deployment of every accelerator, cheapest first, of equal prices the one of least latency; those without a price after them.</summary>
    public static IReadOnlyList<DeploymentCandidate> PerAccelerator(DeploymentAdvice advice) =>
    [
        .. advice.Candidates.Where(candidate => candidate is { Feasible: true, IsDense: true })
            .GroupBy(candidate => candidate.Profile)
            .Select(same => same.OrderBy(candidate => candidate.UsdPerMillion?.Value ?? double.MaxValue).ThenBy(candidate => candidate.P95Seconds?.Value ?? double.MaxValue).First())
            .OrderBy(candidate => candidate.UsdPerMillion?.Value ?? double.MaxValue).ThenBy(candidate => candidate.P95Seconds?.Value ?? double.MaxValue),
    ];
}
