using SparseProf.Torch;
using SparseProf.Workloads.Modules;

namespace SparseProf.Workloads.Models;

/// <summary>A whole network, from a batch of inputs to logits [batch, classes].</summary>
public abstract class Model : Module
{
    /// <summary>
    /// The intermediate tensors are freed at the end, unless gradients need them; the logits pass to the scope around.
    /// </summary>
    public Tensor Forward(Tensor input)
    {
        using var scope = TensorScope.Enter();
        return scope.Keep(Compute(input));
    }

    /// <summary>Random inputs of the shape and type that <see cref="Forward"/> takes.</summary>
    public abstract Tensor RandomInput(long batch);

    protected abstract Tensor Compute(Tensor input);
}
