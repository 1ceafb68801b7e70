using SparseProf.Torch;
using SparseProf.Workloads.Data;
using SparseProf.Workloads.Models;
using SparseProf.Workloads.Training;

namespace SparseProf.Workloads.Evaluation;

/// <summary>Asks a model about a whole split.</summary>
public static class Prediction
{
    /// <summary>In the model's evaluation mode, in which it is left.</summary>
    /// <param name="batch">Examples of one forward pass.</param>
    public static Predictions Run(Model model, ClassificationSplit split, int batch, TorchDevice? device = null)
    {
        var (labels, groups) = (new int[split.Count], new int[split.Count]);
        var probabilities = new float[split.Count * split.Classes];
        var all = Enumerable.Range(0, split.Count).ToArray();
        model.Eval();
        using var noGrad = Autograd.NoGrad();
        for (var start = 0; start < all.Length; start += batch)
        {
            using var scope = TensorScope.Enter();
            using var taken = split.Take(all.AsSpan(start, Math.Min(batch, all.Length - start)), 0);
            var softmax = Aten.To(Aten.Softmax(Objective.Logits(model, taken, device ?? TorchDevice.Cpu), -1), TorchDevice.Cpu);
            Rows(softmax, split.Classes).CopyTo(probabilities.AsSpan(start * split.Classes));
        }

        for (var i = 0; i < split.Count; i++)
            (labels[i], groups[i]) = (split.Label(i), split.Group(i));
        return new Predictions(split.ClassNames, split.GroupNames, labels, groups, probabilities);
    }

    // A model may have more classes than the data.
    private static ReadOnlySpan<float> Rows(Tensor softmax, int classes) =>
        (softmax.Size(-1) == classes ? softmax : Aten.Contiguous(Aten.Narrow(softmax, -1, 0, classes))).Data<float>();
}
