using SparseProf.CostModel.Decisions;
using SparseProf.Ops;
using SparseProf.Ops.Statistics;

namespace SparseProf.CostModel.Tests.Decisions;

public class SpeedupsTests
{
    [Fact]
    public void A_product_of_zeros_is_no_baseline_for_one_of_other_data()
    {
        var dense = Planted.Dense(1, "dense", 2, 2.001, 1.999, 2, 2, 2, 2).With(row => row with { Data = "normal" });
        var zeros = Planted.Dense(2, "dense", 1, 1, 1, 1, 1, 1, 1).With(row => row with { Data = "zeros" });
        var sparse = Planted.Sparse(3, 0.1, 1, 1, 1, 1, 1, 1, 1).With(row => row with { Data = "normal" });

        Assert.Equal(dense, Speedups.Of([dense, zeros, sparse])[3].Baseline);
    }

    [Fact]
    public void A_dense_kernel_that_was_not_verified_is_no_baseline_where_one_was()
    {
        var verified = Planted.Dense(1, "dense", 2, 2, 2, 2, 2, 2, 2);
        var other = Planted.Dense(2, "fast", 1, 1, 1, 1, 1, 1, 1).With(row => row with { Verified = false });
        var sparse = Planted.Sparse(3, 0.1, 1, 1, 1, 1, 1, 1, 1);

        Assert.Equal(verified, Speedups.Of([verified, other, sparse])[3].Baseline);
    }

    [Fact]
    public void The_baseline_is_the_fastest_dense_kernel_of_the_same_shape()
    {
        var speedups = Speedups.Of(
        [
            Planted.Dense(1, "slow", 2e-3),
            Planted.Dense(2, "fast", 1e-3),
            Planted.Sparse(3, 0.1, 0.25e-3),
            Planted.Kernel(4, new Gemm(new(1, 64, 64), DType.Fp32, SparsityPattern.Dense.Instance), "fast", 1e-6),
        ]);

        Assert.Equal("fast", speedups[3].Baseline.Row.Kernel);
        Assert.Equal(2, speedups[3].Baseline.Row.Id);
        Assert.Equal(4, speedups[3].Delivered.Value, 12);
        Assert.Equal(0.5, speedups[1].Delivered.Value, 12);
        Assert.False(speedups.ContainsKey(2), "a baseline is not compared with itself");
    }

    [Fact]
    public void Caches_regimes_and_threads_of_the_baseline_are_the_same()
    {
        var sparse = Planted.Sparse(1, 0.1, 1e-3);

        var speedups = Speedups.Of(
        [
            sparse,
            Planted.Dense(2, "cold", 1e-3).With(row => row with { Mode = TimingMode.Cold }),
            Planted.Dense(3, "sustained", 1e-3).With(row => row with { Regime = Regime.Sustained }),
            Planted.Dense(4, "alone", 1e-3).With(row => row with { Threads = 1 }),
        ]);

        Assert.Empty(speedups);
    }

    [Fact]
    public void Promised_is_the_ratio_of_operations()
    {
        var speedups = Speedups.Of([Planted.Dense(1, "dense", 1e-3), Planted.Sparse(2, 0.1, 1e-3), Planted.Sparse(3, 0.5, 1e-3)]);

        Assert.Equal(10, speedups[2].Promised!.Value, 1e-4);
        Assert.Equal(2, speedups[3].Promised!.Value, 1e-4);
    }

    [Fact]
    public void Nothing_is_promised_where_operations_are_not_counted()
    {
        var uncounted = Planted.Sparse(2, 0.1, 1e-3).With(row => row with { NonzeroFlops = null });

        Assert.Null(Speedups.Of([Planted.Dense(1, "dense", 1e-3), uncounted])[2].Promised);
    }

    [Fact]
    public void The_executions_of_a_model_are_compared_with_its_fastest_dense_one()
    {
        var speedups = Speedups.Of(
        [
            Planted.Model(1, "pruned-cnn", "torch", Execution.Dense, 0.25, 8e-3),
            Planted.Model(2, "pruned-cnn", "best-dense", Execution.Dense, 0.25, 6e-3),
            Planted.Model(3, "pruned-cnn", "masked", Execution.Masked, 0.25, 12e-3),
            Planted.Model(4, "pruned-cnn", "sparse", Execution.Sparse, 0.25, 2e-3),
            Planted.Model(5, "dense-cnn", "best-dense", Execution.Dense, 1, 1e-3),
        ]);

        Assert.All([1L, 3, 4], id => Assert.Equal("best-dense", speedups[id].Baseline.Row.Kernel));
        Assert.Equal(0.5, speedups[3].Delivered.Value, 12);
        Assert.Equal(3, speedups[4].Delivered.Value, 12);
        Assert.Equal(4, speedups[4].Promised!.Value, 12);
        Assert.False(speedups.ContainsKey(5), "another model is no baseline");
    }

    [Fact]
    public void A_mixture_is_compared_with_the_dense_transformer_of_the_same_batch()
    {
        var mixture = Mixture(3, 5e-3);

        var speedups = Speedups.Of(
        [
            Planted.Model(1, "dense-transformer", "torch", Execution.Dense, 1, 30e-3),
            Planted.Model(2, "dense-transformer", "best-dense", Execution.Dense, 1, 10e-3),
            mixture,
        ]);

        Assert.Equal(2, speedups[3].Baseline.Row.Id);
        Assert.Equal(2, speedups[3].Delivered.Value, 12);
        Assert.Equal(1 / 0.43, speedups[3].Promised!.Value, 12);
        var otherBatch = Planted.Model(1, "dense-transformer", "torch", Execution.Dense, 1, 30e-3).With(row => row with { Batch = 8 });
        Assert.Empty(Speedups.Of([otherBatch, mixture]));
    }

    [Theory]
    [InlineData("switch-moe-small", 2)]
    [InlineData("switch-moe-iso-small", 2)]
    [InlineData("switch-moe-iso", 1)]
    [InlineData("switch-moe-w256", null)]
    public void A_mixture_is_compared_with_the_dense_transformer_of_its_size(string mixture, int? baseline)
    {
        var speedups = Speedups.Of(
        [
            Planted.Model(1, "dense-transformer", "best-dense", Execution.Dense, 1, 100e-3),
            Planted.Model(2, "dense-transformer-small", "best-dense", Execution.Dense, 1, 1e-3),
            Mixture(3, 2e-3).With(row => row with { Workload = mixture, Op = $"model {mixture}" }),
        ]);

        Assert.Equal(baseline, (int?)speedups.GetValueOrDefault(3)?.Baseline.Row.Id);
    }

    [Fact]
    public void Samples_taken_in_turns_recover_the_planted_ratio_in_spite_of_a_common_drift()
    {
        var (dense, sparse) = Drifting();

        var delivered = Speedups.Delivered(dense, sparse);

        Assert.True(delivered.Holds(2.5), delivered.ToString());
        Assert.Equal(2.5, delivered.Value, 0.02);
        Assert.InRange(delivered.High / delivered.Low, 1, 1.03);
    }

    [Fact]
    public void Samples_of_two_runs_have_the_wider_interval_of_independent_medians()
    {
        var (dense, sparse) = Drifting();

        var together = Speedups.Delivered(dense, sparse);
        var apart = Speedups.Delivered(dense, sparse.With(row => row with { RunId = 2 }));

        Assert.True(apart.Holds(2.5), apart.ToString());
        Assert.True(apart.High / apart.Low > 2 * (together.High / together.Low) - 1, $"{apart} is not wider than {together}");
    }

    [Fact]
    public void Half_widths_of_independent_medians_add_up_in_squares()
    {
        var dense = Planted.Dense(1, "dense", 4e-3) with { Time = new Estimate(4, 4 / 1.3, 4 * 1.3, Provenance.Measured) };
        var sparse = Planted.Sparse(2, 0.1, 1e-3) with { Time = new Estimate(2, 2 / 1.4, 2 * 1.4, Provenance.Measured) };

        var delivered = Speedups.Delivered(dense, sparse);

        var halfWidth = Math.Exp(Math.Sqrt(Math.Pow(Math.Log(1.3), 2) + Math.Pow(Math.Log(1.4), 2)));
        Assert.Equal(2, delivered.Value, 12);
        Assert.Equal(2 / halfWidth, delivered.Low, 12);
        Assert.Equal(2 * halfWidth, delivered.High, 12);
    }

    [Theory]
    [InlineData(2, 1.9, 2.1, Verdict.Faster)]
    [InlineData(0.5, 0.4, 0.6, Verdict.Slower)]
    [InlineData(1.1, 0.9, 1.3, Verdict.Undecided)]
    [InlineData(1, 0.995, 1.005, Verdict.Same)]
    public void The_verdict_needs_an_interval_on_one_side_of_one(double value, double low, double high, Verdict verdict) =>
        Assert.Equal(verdict, new Speedup(Planted.Dense(1, "dense", 1), null, new Estimate(value, low, high, Provenance.Measured)).Verdict);

    private static TimedMeasurement Mixture(long id, double time) =>
        Planted.Model(id, "switch-moe", "best-dense", Execution.Dense, 0.43, time).With(row => row with { ParametersActive = 0.5e6 });

    // The clock falls by 40 % while both are sampled, the sparse one twice as often, with 1 % of noise.
    private static (TimedMeasurement Dense, TimedMeasurement Sparse) Drifting()
    {
        var random = new Random(5);
        double[] Times(int count, double perCall) =>
            [.. Enumerable.Range(0, count).Select(i => perCall * (1 + 0.4 * i / count) * (1 + 0.01 * (random.NextDouble() - 0.5)))];
        return (Planted.Dense(1, "dense", Times(160, 5e-3)), Planted.Sparse(2, 0.1, Times(320, 2e-3)));
    }
}
