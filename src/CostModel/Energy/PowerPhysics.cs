using SparseProf.CostModel.Latency;
using SparseProf.CostModel.Statistics;

namespace SparseProf.CostModel.Energy;

/// <summary>Static power, and the power of arithmetic and of memory at full rate, W; the limit caps the sum.</summary>
public sealed record PowerPhysics(double Static, double Compute, double Memory, double Limit)
{
    private const int MostRows = 2000;

    /// <summary>Shares of the limit typical of accelerators: a quarter static; arithmetic alone can reach the limit, memory half of it.</summary>
    public static PowerPhysics Typical(double limit) => new(0.25 * limit, 0.85 * limit, 0.5 * limit, limit);

    public double Watts((double Compute, double Memory) share) => Math.Min(Limit, Static + Compute * share.Compute + Memory * share.Memory);

    /// <summary>Achieved over data-sheet rates of arithmetic and of memory.</summary>
    public static (double Compute, double Memory) Shares(in Work work, DeviceFigures device, double seconds) =>
        (Math.Min(1.2, work.Flops / device.Peak / seconds), Math.Min(1.2, work.Bytes / device.Bandwidth / seconds));

    public static PowerPhysics Fit(IReadOnlyList<(double Compute, double Memory)> shares, IReadOnlyList<double> watts, double limit)
    {
        var stride = Math.Max(1, shares.Count / MostRows);
        double Loss(double[] logs)
        {
            var physics = new PowerPhysics(Math.Exp(logs[0]), Math.Exp(logs[1]), Math.Exp(logs[2]), limit);
            double sum = 0;
            for (var i = 0; i < shares.Count; i += stride)
                sum += Math.Abs(Math.Log(physics.Watts(shares[i]) / watts[i]));
            return sum;
        }

        var start = Typical(limit);
        var best = NelderMead.Minimize(Loss, [Math.Log(start.Static), Math.Log(start.Compute), Math.Log(start.Memory)], [0.3, 0.3, 0.3], 300);
        return new(Math.Exp(best[0]), Math.Exp(best[1]), Math.Exp(best[2]), limit);
    }
}
