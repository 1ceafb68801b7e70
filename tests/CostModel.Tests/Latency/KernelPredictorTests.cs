using SparseProf.CostModel.Hardware;
using SparseProf.CostModel.Latency;
using SparseProf.Ops;
using SparseProf.Ops.Errors;

namespace SparseProf.CostModel.Tests.Latency;

public sealed class KernelPredictorTests : IClassFixture<KernelPredictorTests.Learned>
{
    private readonly Learned _learned;

    public KernelPredictorTests(Learned learned) => _learned = learned;

    [Fact]
    public void A_call_alone_is_predicted_as_it_is_among_others_to_the_bit()
    {
        KernelCall[] calls = [.. Enumerable.Range(1, 200).Select(i => Product(i, 32 * (i % 37 + 1), 96 * (i % 11 + 1)))];
        var together = new LatencyPrediction[calls.Length];

        _learned.Predictor.Predict(calls, together);

        for (var i = 0; i < calls.Length; i++)
            Assert.Equal(_learned.Predictor.Predict(calls[i]), together[i]);
    }

    [Fact]
    public void Weight_shapes_never_seen_are_predicted_within_the_jaggedness_of_a_planted_truth()
    {
        double error = 0, covered = 0, all = 0;
        foreach (var call in Learned.Held)
        {
            var (seconds, _) = _learned.Predictor.Predict(call);
            error += Math.Abs(seconds.Value / Learned.Truth(call) - 1);
            covered += seconds.Holds(Learned.Truth(call)) ? 1 : 0;
            all++;
        }

        // Physics alone is off by 15 % here: the planted factor alone spans half an octave.
        Assert.InRange(error / all, 0, 0.04);
        Assert.InRange(covered / all, 0.8, 1);
    }

    [Fact]
    public void No_value_and_no_bound_lies_below_the_physical_floor()
    {
        foreach (var call in Learned.Held.Append(Product(1e9, 1e9, 1e9)).Append(Product(1, 1, 1)))
        {
            var (seconds, _) = _learned.Predictor.Predict(call);
            var floor = _learned.Predictor.Device.Floor(Work.Of(call));
            Assert.True(seconds.Low >= floor && seconds.Value >= floor && seconds.High >= seconds.Value, $"{call}: {seconds}");
        }
    }

    [Fact]
    public void A_table_that_was_learned_and_read_from_its_file_predicts_the_same()
    {
        var file = Path.GetTempFileName();
        try
        {
            CalibrationFile.Write(file, new(_learned.Profile, new Dictionary<string, KernelPredictor> { [_learned.Predictor.Family] = _learned.Predictor }, new Dictionary<string, CostModel.Energy.PowerModel>()), Priors.None);
            var read = CalibrationFile.Read(file, _learned.Profile).Predictors[_learned.Predictor.Family];

            Assert.All(Learned.Held, call => Assert.Equal(_learned.Predictor.Predict(call), read.Predict(call)));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void A_file_whose_curves_were_cut_is_refused_and_named()
    {
        var file = Path.GetTempFileName();
        try
        {
            CalibrationFile.Write(file, new(_learned.Profile, new Dictionary<string, KernelPredictor> { [_learned.Predictor.Family] = _learned.Predictor }, new Dictionary<string, CostModel.Energy.PowerModel>()), Priors.None);
            File.WriteAllText(file, File.ReadAllText(file).Replace("\"curves\":{\"positions\":[[1,", "\"curves\":{\"positions\":[[", StringComparison.Ordinal));

            var error = Assert.Throws<UserErrorException>(() => CalibrationFile.Read(file, _learned.Profile));

            Assert.Contains("one residual for each position", error.Message, StringComparison.Ordinal);
            Assert.Equal(file, error.Where);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static KernelCall Product(double m, double n, double k) => new(KernelKind.Gemm, DType.Bf16) { M = m, N = n, K = k };

    /// <summary>Synthetic: physics with planted constants times a factor that jumps with the number of tokens and bends with the weight's sizes.</summary>
    public sealed class Learned
    {
        private static readonly KernelPhysics Physics = KernelPhysics.Typical with { Launch = 3e-6, Compute = 0.7, Memory = 0.6 };
        private static readonly DeviceFigures Device = ProfileCatalog.Load("nvidia-h200-sxm-141gb").Figures(DType.Bf16, SparsityPattern.Dense.Instance);

        public HardwareProfile Profile { get; } = ProfileCatalog.Load("nvidia-h200-sxm-141gb");

        public KernelPredictor Predictor { get; }

        public static KernelCall[] Held { get; } = [.. Grid().Where(IsHeld)];

        public Learned()
        {
            KernelCall[] calls = [.. Grid().Where(call => !IsHeld(call))];
            var model = FamilyModel.Fit(new("gemm/bf16/dense", Device, calls, [.. calls.Select(Truth)]), asPrior: false, seed: 0);
            Predictor = new("gemm/bf16/dense", Device, new KernelBase([model], Device), null);
        }

        public static double Truth(KernelCall call)
        {
            var jump = (int)Math.Log2(call.M) % 3 * 0.15;
            return Physics.Latency(Work.Of(call), Device) * Math.Exp(jump + (0.1 * Math.Sin(Math.Log2(call.N))) + (0.1 * Math.Cos(Math.Log2(call.K))));
        }

        private static IEnumerable<KernelCall> Grid()
        {
            double[] sizes = [64, 128, 256, 512, 768, 1024, 2048, 3072, 4096, 8192];
            return from n in sizes from k in sizes from m in new double[] { 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 4096 } select Product(m, n, k);
        }

        private static bool IsHeld(KernelCall call) => ((int)call.N / 64 * 7 + (int)call.K / 64 * 3) % 5 == 0;
    }
}
