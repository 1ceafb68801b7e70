using SparseProf.Torch;

namespace SparseProf.Workloads.Training.Optimizers;

/// <summary>v ← μ·v + g + λ·w, w ← w − η·v, as PyTorch's SGD.</summary>
public sealed class Sgd(IReadOnlyList<TrainedParameter> parameters, OptimizerSettings settings) : Optimizer(parameters, "momentum")
{
    protected override void Update(TrainedParameter parameter, Tensor gradient, Tensor[] state, double rate)
    {
        var weight = parameter.Tensor;
        Aten.MulInPlace(state[0], settings.Momentum);
        Aten.AddInPlace(state[0], gradient);
        if (parameter.Decays && settings.WeightDecay != 0)
            Aten.AddInPlace(state[0], weight, settings.WeightDecay);
        Aten.AddInPlace(weight, state[0], -rate);
    }
}
