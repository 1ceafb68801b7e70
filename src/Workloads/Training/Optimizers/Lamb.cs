using SparseProf.Torch;
using SparseProf.Workloads.Modules;

namespace SparseProf.Workloads.Training.Optimizers;

/// <summary>
/// Adam's step with its length set to that of the weights, layer by layer (You et al. 2020, algorithm 2, φ the identity).
/// Biases and normalizations take Adam's length.
/// </summary>
public sealed class Lamb(IReadOnlyList<TrainedParameter> parameters, OptimizerSettings settings)
    : Optimizer(parameters, AdamMoments.Mean, AdamMoments.Square)
{
    protected override void Update(TrainedParameter parameter, Tensor gradient, Tensor[] state, double rate)
    {
        var weight = parameter.Tensor;
        var denominator = AdamMoments.Denominator(gradient, state, settings, Steps);
        var update = Aten.Mul(Aten.Div(state[0], denominator), 1 / (1 - Math.Pow(settings.Beta1, Steps)));
        if (parameter.Decays && settings.WeightDecay != 0)
            Aten.AddInPlace(update, weight, settings.WeightDecay);
        Aten.AddInPlace(weight, update, -rate * (parameter.Decays ? Trust(weight, update) : 1));
    }

    private static double Trust(Tensor weight, Tensor update)
    {
        var (ofWeight, ofUpdate) = (Aten.Norm(weight).Scalar(), Aten.Norm(update).Scalar());
        return ofWeight > 0 && ofUpdate > 0 ? ofWeight / ofUpdate : 1;
    }
}
