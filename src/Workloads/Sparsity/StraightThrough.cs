using SparseProf.Ops;
using SparseProf.Torch;
using SparseProf.Workloads.Execution;
using SparseProf.Workloads.Modules;
using SparseProf.Workloads.Training.Optimizers;

namespace SparseProf.Workloads.Sparsity;

/// <summary>
/// SR-STE (Zhou et al. 2021, eq. 9): products use the N largest of each M weights, gradients reach all of them as if none
/// were dropped, and dropped weights decay by λ. The dense weights live until <see cref="Finish"/>.
/// </summary>
public sealed class StraightThrough : SparseTraining
{
    private readonly IReadOnlyList<(string Path, WeightLayer Layer)> _layers;
    private readonly SparsityPattern.NofM _pattern;
    private readonly double _decay;

    internal StraightThrough(IReadOnlyList<(string Path, WeightLayer Layer)> layers, SparsityPlan plan)
    {
        (_layers, _pattern, _decay) = (layers, (SparsityPattern.NofM)plan.Pattern, plan.StraightThroughDecay);
        foreach (var (_, layer) in layers)
            layer.Use(new StraightThroughExecution(layer, _pattern));
        Densities = layers.ToDictionary(entry => entry.Path, _ => _pattern.Density.Value);
    }

    public override double Density => _pattern.Density.Value;

    public override IReadOnlyDictionary<string, double> Densities { get; }

    public override bool WantsDenseGradients(long step) => true;

    public override bool AfterBackward(long step, Optimizer optimizer)
    {
        using var scope = TensorScope.Enter();
        using var noGrad = Autograd.NoGrad();
        foreach (var (_, layer) in _layers)
        {
            if (Autograd.Grad(layer.Weight) is { } gradient)
                Aten.AddInPlace(gradient, Aten.Sub(layer.Weight, StraightThroughExecution.Largest(layer.Weight, _pattern)), _decay);
        }

        return false;
    }

    public override void AfterUpdate(long step, Optimizer optimizer)
    {
    }

    /// <summary>Prunes the weights for good.</summary>
    public override void Finish()
    {
        using var scope = TensorScope.Enter();
        using var noGrad = Autograd.NoGrad();
        foreach (var (_, layer) in _layers.Where(entry => entry.Layer.Mask is null))
        {
            layer.Use(null);
            layer.Prune(Aten.Ne(StraightThroughExecution.Kept(layer.Weight, _pattern), 0), _pattern);
        }
    }
}

/// <summary>A product with the largest N of each M weights, whose gradient passes to all.</summary>
internal sealed class StraightThroughExecution(WeightLayer layer, SparsityPattern.NofM pattern) : IExecution
{
    public string Kernel => "straight-through";

    /// <summary>One where a weight is kept, else zero.</summary>
    public static Tensor Kept(Tensor weight, SparsityPattern.NofM pattern)
    {
        var groups = Aten.View(Aten.Abs(weight), -1, pattern.M);
        var (_, largest) = Aten.Topk(groups, pattern.N);
        return Aten.View(Aten.Scatter(Aten.ZerosLike(groups), -1, largest, 1), weight.Shape);
    }

    public static Tensor Largest(Tensor weight, SparsityPattern.NofM pattern) => Aten.Mul(weight, Kept(weight, pattern));

    public Tensor Forward(Tensor input)
    {
        // w + (masked − w), the bracket outside differentiation: exactly the masked weight, with the gradient of w.
        Tensor difference;
        using (Autograd.NoGrad())
            difference = Aten.Sub(Largest(layer.Weight, pattern), layer.Weight);
        var masked = Aten.Add(layer.Weight, difference);
        return layer is Conv2dLayer convolution
            ? Aten.Conv2d(input, masked, null, convolution.Stride, convolution.Padding)
            : Aten.Linear(input, masked, layer.Bias);
    }

    public void Dispose()
    {
    }
}
