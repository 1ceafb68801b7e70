using SparseProf.Ops.Statistics;
using SparseProf.Reports.Document;

namespace SparseProf.Reports.Evidence;

/// <summary>The accuracy of a candidate beside that of a dense model of the same data, where both were trained.</summary>
/// <param name="Parameters">Of the candidate, zeros included.</param>
public sealed record QualityOfCandidate(TrainedModel Sparse, TrainedModel? Dense, double? Parameters)
{
    /// <summary>Whether the candidate itself was trained, and not a model of the same kind and another size.</summary>
    public bool OfThisSize => Sparse.IsOfSize(Parameters);

    /// <summary>Whether the intervals say that it is less accurate.</summary>
    public bool Worse => Dense is not null && Sparse.Accuracy.High < Dense.Accuracy.Low;

    public bool Synthetic => Sparse.Synthetic;

    public string Short => $"{QuantityText.Of(Sparse.Accuracy.Value, Quantity.Share)}{(Dense is null ? "" : $" (dense {QuantityText.Of(Dense.Accuracy.Value, Quantity.Share)})")}{(Synthetic ? ", synthetic data" : "")}{(OfThisSize ? "" : $", at {Size}")}";

    public string Sentence => Dense is null
        ? $"accuracy {QuantityText.Of(Sparse.Accuracy, Quantity.Share)} on {Data}; no dense model of the same data to compare with{Elsewhere}"
        : $"accuracy {QuantityText.Of(Sparse.Accuracy, Quantity.Share)} against {QuantityText.Of(Dense.Accuracy, Quantity.Share)} of {Dense.Name} on {Data}, over {Seeds}{Elsewhere}";

    /// <summary>Parameters of the model that was trained.</summary>
    public string Size => $"{QuantityText.Of(Sparse.Parameters, Quantity.Count)} parameters";

    private string Elsewhere => OfThisSize ? "" : $", of a model of {Size} and not of this one";

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
        var sparse = _trained.Where(model => model.Workload == row.Workload && model.Pattern == row.Pattern)
            .OrderByDescending(model => model.IsOfSize(row.ParametersTotal)).ThenBy(model => model.Synthetic).FirstOrDefault();
        if (sparse is null)
            return null;
        var dense = _trained.Where(model => model.DataSet == sparse.DataSet && model.Synthetic == sparse.Synthetic && model is { Sparse: false, Pattern: "dense" } && model.Workload != row.Workload)
            .OrderByDescending(model => model.Workload == candidate.Speedup.Baseline.Row.Workload).ThenByDescending(model => model.Accuracy.Value).FirstOrDefault();
        return new(sparse, dense, row.ParametersTotal);
    }
}
