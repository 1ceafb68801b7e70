using SparseProf.Torch;
using SparseProf.Workloads.Data;
using SparseProf.Workloads.Models;
using SparseProf.Workloads.Modules;

namespace SparseProf.Workloads.Training;

/// <summary>Loss and accuracy over a whole split.</summary>
/// <param name="Loss">Mean cross-entropy in nats, of classes or of tokens.</param>
/// <param name="LossError">Standard error of the loss, from how its batches differ; null where there is one batch.</param>
/// <param name="Accuracy">Share of labels found.</param>
/// <param name="Labels">How many there were.</param>
public sealed record ValidationResult(double Loss, double? LossError, double Accuracy, long Labels);

internal static class Validation
{
    /// <summary>In the model's evaluation mode; it trains on afterwards.</summary>
    public static ValidationResult Run(Model model, DataSplit split, int batch, TorchDevice device)
    {
        model.Eval();
        using var noGrad = Autograd.NoGrad();
        var parts = new List<(double Loss, long Labels)>();
        var right = 0.0;
        var all = Enumerable.Range(0, split.Count).ToArray();
        for (var start = 0; start < all.Length; start += batch)
        {
            using var scope = TensorScope.Enter();
            using var taken = split.Take(all.AsSpan(start, Math.Min(batch, all.Length - start)), 0);
            var labels = Objective.Labels(taken, device);
            var logits = Objective.Logits(model, taken, device);
            parts.Add((Aten.CrossEntropy(logits, labels).Scalar(), labels.Elements));
            right += Objective.Right(logits, labels);
        }

        model.Train();
        var count = parts.Sum(part => part.Labels);
        var loss = parts.Sum(part => part.Loss * part.Labels) / count;
        double? error = parts.Count < 2 ? null : Math.Sqrt(parts.Sum(part => Math.Pow(part.Loss - loss, 2)) / (parts.Count - 1) / parts.Count);
        return new ValidationResult(loss, error, right / count, count);
    }
}
