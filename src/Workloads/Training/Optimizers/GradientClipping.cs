using SparseProf.Torch;
using SparseProf.Workloads.Modules;

namespace SparseProf.Workloads.Training.Optimizers;

internal static class GradientClipping
{
    // As in PyTorch's clip_grad_norm_.
    private const double Epsilon = 1e-6;

    /// <summary>The Euclidean norm of all gradients together, before they are scaled to at most <paramref name="limit"/> (null: left alone).</summary>
    public static double Clip(IReadOnlyList<TrainedParameter> parameters, double? limit)
    {
        using var scope = TensorScope.Enter();
        using var noGrad = Autograd.NoGrad();
        var gradients = parameters.Select(parameter => Autograd.Grad(parameter.Tensor)).OfType<Tensor>().ToArray();
        double norm = Aten.Norm(Aten.Stack([.. gradients.Select(Aten.Norm)])).Scalar();
        if (limit is { } most && norm > most && double.IsFinite(norm))
        {
            foreach (var gradient in gradients)
                Aten.MulInPlace(gradient, most / (norm + Epsilon));
        }

        return norm;
    }
}
