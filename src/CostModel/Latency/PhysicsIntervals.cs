using SparseProf.Ops.Statistics;

namespace SparseProf.CostModel.Latency;

/// <summary>Intervals of fitted constants by case bootstrap (Efron 1979): refits on rows drawn with replacement.</summary>
public static class PhysicsIntervals
{
    private const int Resamples = 12;
    private const int MostRows = 250;
    private const double NormalQuantile = 1.645;

    /// <summary>Each constant of <see cref="KernelPhysics"/> by name, at 90 % coverage.</summary>
    public static IReadOnlyDictionary<string, Estimate> Of(FamilyTable table, int seed)
    {
        var work = table.Calls.Select(Work.Of).ToArray();
        var fitted = PhysicsFit.Fit(work, table.Seconds, table.Device, KernelPhysics.Typical);
        var random = new Random(seed);
        var draws = new double[Resamples][];
        for (var i = 0; i < Resamples; i++)
        {
            var rows = Enumerable.Range(0, Math.Min(MostRows, work.Length)).Select(_ => random.Next(work.Length)).ToArray();
            draws[i] = PhysicsFit.Fit([.. rows.Select(row => work[row])], [.. rows.Select(row => table.Seconds[row])], table.Device, fitted).ToLogs();
        }

        var centre = fitted.ToLogs();
        var estimates = new Dictionary<string, Estimate>();
        for (var d = 0; d < centre.Length; d++)
        {
            var deviation = Math.Sqrt(draws.Average(draw => (draw[d] - centre[d]) * (draw[d] - centre[d])));
            double At(double shift) => Math.Exp(centre[d] + shift * deviation);
            estimates[KernelPhysics.Names[d]] = new(At(0), At(-NormalQuantile), At(NormalQuantile), Provenance.Interpolated, KernelPredictor.Coverage);
        }

        return estimates;
    }
}
