using SparseProf.Ops.Statistics;
using SparseProf.Workloads.Data;

namespace SparseProf.Workloads.Evaluation;

/// <summary>One metric of a trained model on one slice of a split.</summary>
/// <param name="Corruption">Null where the inputs are as they came.</param>
/// <param name="Subgroup">class NAME or group NAME; empty for all examples.</param>
/// <param name="Metric">accuracy, f1_macro, ece, worst_class_accuracy, worst_group_accuracy, or predicted_as NAME.</param>
/// <param name="Value">The interval is a bootstrap over the examples: it holds for this model, not for another seed.</param>
/// <param name="Examples">In the slice.</param>
public sealed record EvaluationFigure(Corruption? Corruption, string Subgroup, string Metric, Estimate Value, int Examples);
