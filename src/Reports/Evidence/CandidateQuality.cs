using SparseProf.Ops.Statistics;
using SparseProf.Reports.Document;

namespace SparseProf.Reports.Evidence;

/// <summary>The accuracy of a candidate beside that of a dense model of the same data, where both were trained.</summary>
public sealed record QualityOfCandidate(TrainedModel Sparse, TrainedModel? Dense)
{
    /// <summary>Whether the intervals say that it is less accurate.</summary>
    public bool Worse => Dense is not null && Sparse.Accuracy.High < Dense.Accuracy.Low;

    public bool Synthetic => Sparse.Synthetic;

    public string Short => $"{QuantityText.Of(Sparse.Accuracy.Value, Quantity.Share)}{(Dense is null ? "" : $" (dense {QuantityText.Of(Dense.Accuracy.Value, Quantity.Share)})")}{(Synthetic ? ", synthetic data" : "")}";

    public string Sentence => Dense is null
        ? $"accuracy {QuantityText.Of(Sparse.Accuracy, Quantity.Share)} on {Data}; no dense model of the same data to compare with"
        : $"accuracy {QuantityText.Of(Sparse.Accuracy, Quantity.Share)} against {QuantityText.Of(Dense.Accuracy, Quantity.Share)} of {Dense.Name} on {Data}, over {Seeds}";

    private string Data => Sparse.DataSet + (Synthetic && !Sparse.DataSet.Contains("synthetic", StringComparison.OrdinalIgnoreCase) ? " (synthetic)" : "");

    private string Seeds => Sparse.Seeds == 1 ? "one seed" : $"{Sparse.Seeds} seeds";
}

/// <summary>Finds what is known of the candidates' quality.</summary>
public sealed class CandidateQuality(ReportEvidence evidence)
{
    private readonly IReadOnlyList<TrainedModel> _trained = TrainedModels.Of(evidence);

    /// <summary>Null where the candidate's model and pattern were not both trained.</summary>
    public QualityOfCandidate? Of(Candidate candidate)
    {
        var row = candidate.Measured.Row;
        var sparse = _trained.Where(model => model.Workload == row.Workload && model.Pattern == row.Pattern).OrderBy(model => model.Synthetic).FirstOrDefault();
        if (sparse is null)
            return null;
        var dense = _trained.Where(model => model.DataSet == sparse.DataSet && model.Synthetic == sparse.Synthetic && model is { Sparse: false, Pattern: "dense" } && model.Workload != row.Workload)
            .OrderByDescending(model => model.Workload == candidate.Speedup.Baseline.Row.Workload).ThenByDescending(model => model.Accuracy.Value).FirstOrDefault();
        return new(sparse, dense);
    }
}
