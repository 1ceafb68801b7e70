using SparseProf.Ops.Statistics;

namespace SparseProf.Reports.Evidence;

/// <summary>The accuracy of a trained model on one data set, over its seeds.</summary>
/// <param name="Parameters">Of the whole model, zeros included.</param>
/// <param name="Work">Nonzero FLOPs of one inference; null where the model was not measured at that size.</param>
public sealed record TrainedModel(string Name, string Workload, string Method, string Pattern, string DataSet, bool Synthetic, int Seeds, double Parameters, Estimate Accuracy, double? Work, bool Sparse)
{
    // Vocabularies and classes of a data set change a model's parameters a little, another size much.
    private const double SameSize = 1.5;

    /// <summary>Whether a measured model is the one that was trained, and not another size of it.</summary>
    public bool IsOfSize(double? parameters) => parameters is { } measured && measured < SameSize * Parameters && Parameters < SameSize * measured;
}
