using SparseProf.CostModel.Hardware;
using SparseProf.CostModel.Latency;
using SparseProf.CostModel.Statistics;
using SparseProf.Ops;

namespace SparseProf.CostModel.Tests.Latency;

public sealed class AnchorIntervalTests
{
    [Fact]
    public void Intervals_from_fifty_anchors_hold_a_planted_jagged_truth_about_as_often_as_they_say()
    {
        var device = ProfileCatalog.Load("nvidia-h200-sxm-141gb").Figures(DType.Bf16, SparsityPattern.Dense.Instance);
        var random = new Random(5);
        double[] sizes = [64, 128, 256, 512, 1024, 2048, 4096, 8192];
        KernelCall[] calls = [.. from m in sizes from n in sizes from k in sizes select new KernelCall(KernelKind.Gemm, DType.Bf16) { M = m, N = n, K = k }];
        // Synthetic: other constants than those assumed, and a tenth of noise that no smooth correction can learn.
        var truth = KernelPhysics.Typical with { Launch = 3e-6, Compute = 0.7, Memory = 0.6 };
        double covered = 0, all = 0;
        for (var seed = 0; seed < 12; seed++)
        {
            var seconds = calls.Select(call => truth.Latency(Work.Of(call), device) * Math.Exp(0.1 * Normal(random))).ToArray();
            var basis = new KernelBase([], device);
            var chosen = Calibration.Anchors(calls, device, basis.Physics, 50, seed);
            var anchors = AnchorCorrection.Fit(new("gemm/bf16/dense", device, [.. chosen.Select(i => calls[i])], [.. chosen.Select(i => seconds[i])]), basis);
            var predictor = new KernelPredictor("gemm/bf16/dense", device, basis, anchors);
            foreach (var i in Enumerable.Range(0, calls.Length).Except(chosen))
            {
                var (estimate, _) = predictor.Predict(calls[i]);
                covered += estimate.Holds(seconds[i]) ? 1 : 0;
                all++;
            }
        }

        Assert.InRange(covered / all, 0.85, 0.96);
    }

    [Fact]
    public void Leaving_out_a_group_is_leaving_out_all_its_points()
    {
        var random = new Random(1);
        double[][] smooth = [.. Enumerable.Range(0, 12).Select(_ => new[] { 4 * random.NextDouble() })];
        double[][] trend = [.. smooth.Select(_ => new[] { 1.0 })];
        double[] targets = [.. smooth.Select(place => Math.Sin(place[0]) + 0.05 * Normal(random))];
        int[] groups = [0, 0, 0, 1, 1, 2, 3, 4, 5, 5, 6, 7];
        var scales = new KernelScales(0.5, 1, 0.1, [1]);

        var left = GaussianProcess.Given(smooth, trend, targets, scales).LeaveGroupOutErrors(groups);

        int[] rest = [.. Enumerable.Range(0, 12).Where(i => groups[i] != 0)];
        var without = GaussianProcess.Given([.. rest.Select(i => smooth[i])], [.. rest.Select(i => trend[i])], [.. rest.Select(i => targets[i])], scales);
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(targets[i] - without.Predict(smooth[i], trend[i]), left[i].Error, 1e-6);
            Assert.Equal(without.Deviation(smooth[i], trend[i]), left[i].Deviation, 1e-6);
        }
    }

    private static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
