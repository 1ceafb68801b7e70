using SparseProf.Ops.Statistics;

namespace SparseProf.Profiler.Sampling;

/// <summary>Candidates measured side by side.</summary>
/// <param name="Candidates">In the order in which they were given.</param>
/// <param name="BlockOf">For each candidate, the block of each of its samples.</param>
public sealed record InterleavedMeasurement(IReadOnlyList<Measurement> Candidates, IReadOnlyList<int[]> BlockOf, int Blocks)
{
    /// <summary>Time of one candidate ÷ time of another, from the medians of their blocks.</summary>
    public Estimate Ratio(int candidate, int baseline) => BlockRatio.Of(Medians(candidate), Medians(baseline));

    public Verdict Verdict(int candidate, int baseline) => Verdicts.Of(Ratio(candidate, baseline));

    private double[] Medians(int candidate)
    {
        var times = Candidates[candidate].Times;
        return
        [
            .. BlockOf[candidate].Select((block, sample) => (block, time: times[sample]))
                .GroupBy(sample => sample.block, sample => sample.time)
                .Where(block => block.Key < Blocks)
                .OrderBy(block => block.Key)
                .Select(block => OrderStatistics.Median([.. block])),
        ];
    }
}
