using SparseProf.CostModel.Decisions;
using SparseProf.Ops;
using SparseProf.Ops.Statistics;
using SparseProf.Store.Rows;
using SparseProf.Workloads;
using SparseProf.Workloads.Data;
using SparseProf.Workloads.Training;

namespace SparseProf.Cli.Reproduce;

/// <summary>A model to train with some seeds, and the forward pass by which its inference is measured.</summary>
/// <param name="Name">A workload's name, with what differs.</param>
/// <param name="Plan">Of the first seed.</param>
/// <param name="Inference">The same architecture with as many nonzero weights.</param>
/// <param name="IsSparse">Whether it stands on the sparse side of a figure.</param>
internal sealed record PlannedModel(string Name, TrainingPlan Plan, DataSet Data, Workload Inference, bool IsSparse);

/// <summary>What the database holds of a planned model.</summary>
/// <param name="Trainings">Completed, by seed.</param>
/// <param name="Evaluations">Of each training, in the same order.</param>
/// <param name="Inference">The fastest execution that makes use of the zeros it has; null where none was measured.</param>
internal sealed record ReproducedModel(
    PlannedModel Planned, IReadOnlyList<TrainingRunRow> Trainings, IReadOnlyList<IReadOnlyList<EvaluationRow>> Evaluations, TimedMeasurement? Inference)
{
    public Graph Graph => Planned.Inference.Graph;

    /// <summary>A metric over the whole split for each seed.</summary>
    public double[] BySeed(string metric, string corruption = "", double severity = 0) =>
    [
        .. Evaluations.SelectMany(rows => rows.Where(row =>
            row.Metric == metric && row.Corruption == corruption && row.Severity == severity && row.Subgroup.Length == 0)).Select(row => row.Value),
    ];

    /// <summary>
    /// The mean over the seeds with Student's interval; of one seed its own interval, which holds for that seed alone. Null
    /// where nothing was stored.
    /// </summary>
    public Estimate? Mean(string metric, string corruption = "", double severity = 0)
    {
        var figures = BySeed(metric, corruption, severity);
        if (figures.Length != 1)
            return figures.Length == 0 ? null : WithinShares(MeanInterval.Of(figures));
        var row = Evaluations.SelectMany(rows => rows).First(row =>
            row.Metric == metric && row.Corruption == corruption && row.Severity == severity && row.Subgroup.Length == 0);
        return new Estimate(row.Value, row.CiLow ?? double.NaN, row.CiHigh ?? double.NaN, Provenance.Measured);
    }

    // Student's interval knows nothing of the ends of a share.
    private static Estimate WithinShares(Estimate estimate) => estimate with { Low = Math.Max(0, estimate.Low), High = Math.Min(1, estimate.High) };
}
