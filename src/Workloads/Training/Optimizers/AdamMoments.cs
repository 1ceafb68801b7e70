using SparseProf.Torch;

namespace SparseProf.Workloads.Training.Optimizers;

/// <summary>The running means of gradients and of their squares (Kingma and Ba 2015).</summary>
internal static class AdamMoments
{
    public const string Mean = "mean";

    public const string Square = "square";

    /// <summary>Takes a gradient in and returns √v̂ + ε, whose moments are corrected for their start at zero.</summary>
    public static Tensor Denominator(Tensor gradient, Tensor[] state, OptimizerSettings settings, long step)
    {
        Aten.LerpInPlace(state[0], gradient, 1 - settings.Beta1);
        Aten.MulInPlace(state[1], settings.Beta2);
        Aten.AddcmulInPlace(state[1], gradient, gradient, 1 - settings.Beta2);
        var denominator = Aten.Sqrt(state[1]);
        Aten.MulInPlace(denominator, 1 / Math.Sqrt(1 - Math.Pow(settings.Beta2, step)));
        Aten.AddInPlace(denominator, settings.Epsilon);
        return denominator;
    }
}
