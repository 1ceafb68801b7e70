using SparseProf.CostModel.Statistics;

namespace SparseProf.CostModel.Latency;

/// <summary>Fits the constants of <see cref="KernelPhysics"/> by the mean absolute log residual, held near typical values where the data say nothing.</summary>
public static class PhysicsFit
{
    private const int MostRows = 800;
    private const int Evaluations = 500;

    private static readonly double[] Spread = [1.0, 0.3, 0.3, 0.5, 0.8, 0.8, 0.6];

    public static KernelPhysics Fit(IReadOnlyList<Work> work, IReadOnlyList<double> seconds, DeviceFigures device, KernelPhysics start)
    {
        var stride = Math.Max(1, work.Count / MostRows);
        var rows = Enumerable.Range(0, work.Count).Where(i => i % stride == 0).ToArray();
        var columns = WorkColumns.Of([.. rows.Select(i => work[i])]);
        var logs = rows.Select(i => Math.Log(seconds[i])).ToArray();
        var predicted = new double[rows.Length];
        var origin = start.ToLogs();
        double Loss(double[] point)
        {
            var physics = KernelPhysics.FromLogs(point);
            physics.Latency(columns, device, predicted);
            double sum = 0;
            for (var i = 0; i < predicted.Length; i++)
                sum += Math.Abs(Math.Log(predicted[i]) - logs[i]);
            double pull = 0;
            for (var i = 0; i < point.Length; i++)
                pull += Math.Pow((point[i] - origin[i]) / Spread[i], 2);
            return sum + 0.1 * pull + Beyond(physics);
        }

        return KernelPhysics.FromLogs(NelderMead.Minimize(Loss, origin, [0.3, 0.1, 0.1, -0.3, 0.4, 0.5, 0.3], Evaluations));
    }

    // Efficiencies above one are allowed a little (clocks above the data sheet's), far above they are not physics.
    private static double Beyond(KernelPhysics physics) =>
        1e3 * (Math.Max(0, physics.Compute - 1.15) + Math.Max(0, physics.Memory - 1.1) + Math.Max(0, 1 - physics.CacheGain));
}
