using SparseProf.CostModel.Latency;
using SparseProf.Ops;

namespace SparseProf.CostModel.Tests.Latency;

public sealed class SiteCurvesTests
{
    private static readonly double[] Tokens = [1, 8, 64, 512];

    [Fact]
    public void A_shape_that_was_not_timed_lies_between_its_neighbours_on_both_axes()
    {
        KernelCall[] calls = [.. from n in new double[] { 512, 1024, 4096 } from k in new double[] { 256, 512, 1024 } from m in Tokens where n != 1024 || k != 512 select Product(m, n, k)];
        var curves = SiteCurves.Of(calls, [.. calls.Select(Planted)]);

        var features = Fill(curves, Product(64, 1024, 512));

        // Mean of the near, nearest below, nearest above, between: along n, then along k.
        Assert.Equal(2 * CurveLine.Features, curves.Features);
        Assert.Equal(Planted(Product(64, 512, 512)), features[1], 1e-6f);
        Assert.Equal(Planted(Product(64, 4096, 512)), features[2], 1e-6f);
        Assert.Equal(Planted(Product(64, 1024, 512)), features[3], 1e-5f);
        Assert.Equal(Planted(Product(64, 1024, 512)), features[CurveLine.Features + 3], 1e-5f);
    }

    [Fact]
    public void What_was_timed_at_a_shape_is_not_among_its_neighbours()
    {
        KernelCall[] calls = [.. from n in new double[] { 512, 1024, 2048 } from m in Tokens select Product(m, n, 256)];
        float[] residuals = [.. calls.Select(call => call.N == 1024 ? 5f : 0.1f)];

        var features = Fill(SiteCurves.Of(calls, residuals), Product(8, 1024, 256));

        Assert.All(features, value => Assert.Equal(0.1f, value, 1e-6f));
    }

    [Fact]
    public void Between_timed_numbers_of_tokens_a_curve_is_a_straight_line_over_their_logarithm()
    {
        KernelCall[] calls = [.. from n in new double[] { 512, 2048 } from m in Tokens select Product(m, n, 256)];
        var curves = SiteCurves.Of(calls, [.. calls.Select(call => (float)Math.Log2(call.M))]);

        Assert.Equal(Math.Log2(100), Fill(curves, Product(100, 1024, 256))[3], 1e-5f);
        Assert.Equal(Math.Log2(512), Fill(curves, Product(9999, 1024, 256))[3], 1e-5f);
    }

    [Fact]
    public void A_shape_without_neighbours_says_so()
    {
        KernelCall[] calls = [.. from n in new double[] { 512, 2048 } from m in Tokens select Product(m, n, 256)];

        var features = Fill(SiteCurves.Of(calls, new float[calls.Length]), Product(8, 1024, 999));

        Assert.All(features, value => Assert.Equal(CurveLine.Absent, value));
    }

    private static float Planted(KernelCall call) => (float)((0.1 * Math.Log2(call.N)) - (0.2 * Math.Log2(call.K)) + (0.01 * call.M));

    private static KernelCall Product(double m, double n, double k) => new(KernelKind.Gemm, DType.Bf16) { M = m, N = n, K = k };

    private static float[] Fill(SiteCurves curves, KernelCall call)
    {
        var columns = new float[curves.Features * CallBlock.Size];
        curves.Fill(CallBlock.Of([call]), columns);
        return [.. Enumerable.Range(0, curves.Features).Select(f => columns[f * CallBlock.Size])];
    }
}
