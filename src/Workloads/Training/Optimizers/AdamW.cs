using SparseProf.Torch;

namespace SparseProf.Workloads.Training.Optimizers;

/// <summary>Adam with weight decay apart from the gradient: Loshchilov and Hutter 2019, algorithm 2, decay scaled by the rate as in PyTorch.</summary>
public sealed class AdamW(IReadOnlyList<TrainedParameter> parameters, OptimizerSettings settings)
    : Optimizer(parameters, AdamMoments.Mean, AdamMoments.Square)
{
    protected override void Update(TrainedParameter parameter, Tensor gradient, Tensor[] state, double rate)
    {
        var weight = parameter.Tensor;
        if (parameter.Decays && settings.WeightDecay != 0)
            Aten.MulInPlace(weight, 1 - rate * settings.WeightDecay);
        var denominator = AdamMoments.Denominator(gradient, state, settings, Steps);
        Aten.AddcdivInPlace(weight, state[0], denominator, -rate / (1 - Math.Pow(settings.Beta1, Steps)));
    }
}
