using SparseProf.Torch;
using SparseProf.Workloads.Data;
using SparseProf.Workloads.Models;
using SparseProf.Workloads.Modules;

namespace SparseProf.Workloads.Training;

/// <summary>What a model is trained for: cross-entropy of classes, or of the next tokens.</summary>
internal static class Objective
{
    /// <summary>The labels as cross-entropy takes them: one a row of the logits.</summary>
    public static Tensor Labels(Batch batch, TorchDevice device) => Aten.Flatten(batch.Labels.OnDevice(device));

    /// <summary>Logits of a batch.</summary>
    public static Tensor Logits(Model model, Batch batch, TorchDevice device) => model.Forward(batch.Inputs.OnDevice(device));

    /// <summary>Rows whose largest logit stands at their label.</summary>
    public static double Right(Tensor logits, Tensor labels) =>
        Aten.Sum(Aten.To(Aten.Eq(Aten.Argmax(logits, -1), labels), ScalarType.Float32)).Scalar();
}
