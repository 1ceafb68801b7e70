using SparseProf.CostModel.Energy;
using SparseProf.CostModel.Hardware;
using SparseProf.CostModel.Latency;
using SparseProf.Ops.Statistics;

namespace SparseProf.Accuracy;

/// <summary>One line of the table: what is predicted, from which data, and what to compare with, all in %.</summary>
/// <param name="Goal">Null where none is set.</param>
/// <param name="Baseline">The best simple method or peer on like data, with its name.</param>
/// <param name="Files">Tables that the line needs.</param>
internal sealed record Line(string Name, double? Goal, string Baseline, string[] Files, Func<PublicTables, Score> Replay)
{
    private const string H200 = "nvidia-h200-sxm-141gb";
    private const string H100 = "nvidia-h100-sxm5-80gb";
    private const string A100 = "nvidia-a100-sxm4-80gb";
    private const string L40S = "nvidia-l40s";
    private const string B200 = "nvidia-b200-sxm-180gb";
    private const string H200Gemm = "aic_gemm_h200_vllm0.24.0";
    private const string H200Power = "aic_gemm_h200_vllm0.22.0_power";
    private const string H200Moe = "aic_moe_h200_vllm0.22.0_power";
    private const string A100Moe = "aic_moe_a100_sglang0.5.10";
    private const string TwoFour = "dense_vs_24";
    private const int Seed = 0;
    private const int AnchorSeeds = 5;

    private static readonly (string File, string Profile) H100Gemm = ("aic_gemm_h100_vllm0.24.0", H100);
    private static readonly (string File, string Profile) A100Gemm = ("aic_gemm_a100_sglang0.5.10", A100);
    private static readonly (string File, string Profile) L40SGemm = ("aic_gemm_l40s_vllm0.24.0", L40S);

    public static IReadOnlyList<Line> All { get; } =
    [
        new("H200 bf16 GEMM, weight shapes never seen, full table", 3.0, "3.3 trees", [H200Gemm], data => Latency(data.Gemm(H200Gemm), H200)),
        Anchored("the same, 50 anchors, H100 + A100 + L40S as prior", 5.5, "6.2 residual transfer", H100Gemm, A100Gemm, L40SGemm),
        Anchored("the same, 50 anchors, no prior", 8, "9.4 physics + kNN"),
        Transferred("H200 from H100's table, nothing measured", 6.5, "7.2 residual transfer", (H200Gemm, H200), [H100Gemm]),
        Transferred("a generation of which nothing is known: H200 from A100 + L40S", 13, "16.2 (for B200)", (H200Gemm, H200), [A100Gemm, L40SGemm], blind: true),
        Transferred("a generation of which nothing is known: H100 from A100 + L40S", 13, "16.2 (for B200)", H100Gemm, [A100Gemm, L40SGemm], blind: true),
        Transferred("a generation known by a sibling (H100): H200 from A100 + L40S", 13, "16.2 (for B200)", (H200Gemm, H200), [A100Gemm, L40SGemm]),
        new("Blackwell: B200 from H100 + H200 + A100 + L40S, 152 shapes of another campaign", 13, "16.2 (for B200)", [TwoFour, H100Gemm.File, H200Gemm, A100Gemm.File, L40SGemm.File], data =>
        {
            var test = data.Dense("B200");
            return Compare(test, PredictionTable.Predict(test, ProfileCatalog.Load(B200), null, From(data, test, [H100Gemm, (H200Gemm, H200), A100Gemm, L40SGemm])));
        }),
        Transferred("an older generation: A100 from H100 + H200 + L40S", null, "16.6 (from H100)", A100Gemm, [H100Gemm, (H200Gemm, H200), L40SGemm]),
        Transferred("another class of memory: L40S from A100 + H100", null, "28.5 (from H100)", L40SGemm, [A100Gemm, H100Gemm]),
        new("MoE FFN, shapes never seen, H200 bf16", 9, "10.6 trees", [H200Moe], data => Latency(data.Mixtures(H200Moe), H200)),
        new("MoE FFN, shapes never seen, A100 bf16", null, "-", [A100Moe], data => Latency(data.Mixtures(A100Moe), A100)),
        new("2:4, shapes never seen, A100 bf16", 8, "none published", [TwoFour], data => Folds(data.TwoFour("A100"), "nvidia-a100-pcie-80gb")),
        new("2:4, shapes never seen, H100 bf16", 8, "none published", [TwoFour], data => Folds(data.TwoFour("H100"), "nvidia-h100-pcie-80gb")),
        new("whole models, fp32, three NVIDIA GPUs", 7, "8.5 NeuSight, 23.8 roofline, same rows", [WholeModels.Models, WholeModels.Kernels], WholeModels.Replay),
        new("power, kernels over 60 µs, H200 bf16", 2.3, "2.3 trees, 11.4 TDP", [H200Power], data => Power(HeldOut.Split(data.Gemm(H200Power)), H200)),
        new("the same, rows held out at random as the baseline's were", 2.3, "2.3 trees", [H200Power], data => Power(HeldOut.Rows(data.Gemm(H200Power)), H200)),
    ];

    private static Line Anchored(string name, double goal, string baseline, params (string File, string Profile)[] priors) =>
        new(name, goal, baseline, [H200Gemm, .. priors.Select(prior => prior.File)], data => Anchors(data.Gemm(H200Gemm), H200, From(data, data.Gemm(H200Gemm), priors)));

    /// <param name="blind">Whether the target's generation is taken as unknown, as it would be the day a device comes out.</param>
    private static Line Transferred(string name, double? goal, string baseline, (string File, string Profile) target, (string File, string Profile)[] priors, bool blind = false) =>
        new(name, goal, baseline, [target.File, .. priors.Select(prior => prior.File)], data =>
        {
            var table = data.Gemm(target.File);
            var test = HeldOut.Split(table).Test;
            var profile = ProfileCatalog.Load(target.Profile);
            return Compare(test, PredictionTable.Predict(test, blind ? profile with { Architecture = "" } : profile, null, From(data, table, priors)));
        });

    // Sites held out of the target are held out of its priors too.
    private static Priors From(PublicTables data, KernelTable target, (string File, string Profile)[] priors)
    {
        var sites = HeldOut.Sites(target);
        return new([.. priors.Select(prior => (HeldOut.Split(data.Gemm(prior.File), sites).Train, ProfileCatalog.Load(prior.Profile)))], Seed);
    }

    // Over several choices of anchors: fifty points give an interval whose coverage is itself uncertain by four points.
    private static Score Anchors(KernelTable table, string id, Priors priors)
    {
        var profile = ProfileCatalog.Load(id);
        var (train, test) = HeldOut.Split(table);
        return Score.Of(Enumerable.Range(0, AnchorSeeds).SelectMany(seed =>
        {
            var calibration = Calibration.Fit(profile, train, priors, 50, seed);
            return test.Rows.Zip(PredictionTable.Predict(test, profile, calibration, Priors.None), (row, prediction) => (prediction.Seconds, row.Seconds!.Value));
        }));
    }

    private static Score Latency(KernelTable table, string id)
    {
        var profile = ProfileCatalog.Load(id);
        var (train, test) = HeldOut.Split(table);
        var calibration = Calibration.Fit(profile, train, Priors.None, null, Seed);
        return Compare(test, PredictionTable.Predict(test, profile, calibration, Priors.None));
    }

    // Few rows: every fifth of the sites is held out in turn.
    private static Score Folds(KernelTable table, string id)
    {
        var profile = ProfileCatalog.Load(id);
        return Score.Of(HeldOut.Folds(table).SelectMany(fold =>
        {
            var calibration = Calibration.Fit(profile, fold.Train, Priors.None, null, Seed);
            return fold.Test.Rows.Zip(PredictionTable.Predict(fold.Test, profile, calibration, Priors.None), (row, prediction) => (prediction.Seconds, row.Seconds!.Value));
        }));
    }

    // At the predicted latency: a user who asks for power has no measured one.
    private static Score Power((KernelTable Train, KernelTable Test) split, string id)
    {
        var profile = ProfileCatalog.Load(id);
        var (train, test) = split;
        var calibration = Calibration.Fit(profile, train, Priors.None, null, Seed);
        var predictions = PredictionTable.Predict(test, profile, calibration, Priors.None);
        return Score.Of(test.Rows.Zip(predictions)
            .Where(pair => pair.First.Watts is not null && pair.First.Seconds >= PowerModel.ShortestSeconds)
            .Select(pair => (PowerPrediction.Of(pair.First.Call, pair.Second.Seconds.Value, profile, calibration)!.Value, pair.First.Watts!.Value)));
    }

    private static Score Compare(KernelTable test, IReadOnlyList<LatencyPrediction> predictions) =>
        Score.Of(test.Rows.Zip(predictions, (row, prediction) => (prediction.Seconds, row.Seconds!.Value)));
}
