using SparseProf.Ops;
using SparseProf.Torch;
using SparseProf.Workloads.Modules;
using SparseProf.Workloads.Training.Optimizers;

namespace SparseProf.Workloads.Sparsity;

/// <summary>
/// A sparse method at work on a model. Masks are exact: what they drop is zero in every forward pass, because weights,
/// gradients and optimizer state are held at zero there; products see the weights as they are, and gradients of dropped
/// weights remain to be read.
/// </summary>
public abstract class SparseTraining : IDisposable
{
    /// <summary>Of the weights that may be sparse.</summary>
    public abstract double Density { get; }

    /// <summary>Share of a layer's weights that its product uses, by the layer's path; layers that are not named use all.</summary>
    public abstract IReadOnlyDictionary<string, double> Densities { get; }

    /// <summary>Whether the next weight gradients are needed for dropped weights too.</summary>
    public virtual bool WantsDenseGradients(long step) => false;

    /// <summary>Begins a plan: dense, or with the masks that the training starts with.</summary>
    /// <param name="steps">Of the whole training.</param>
    /// <exception cref="Ops.Errors.UserErrorException">The plan does not fit the model.</exception>
    public static SparseTraining Begin(Module model, SparsityPlan plan, long steps, long seed)
    {
        if (plan.Method == SparseMethod.Dense)
            return new DenseTraining();
        SparsityPlanCheck.Throw(plan);
        using var scope = TensorScope.Enter();
        var layers = PrunableLayers.Of(model, plan);
        var patterns = PrunableLayers.Patterns(layers, plan);
        return plan.Method switch
        {
            SparseMethod.SrSte => new StraightThrough(layers, plan),
            SparseMethod.Magnitude or SparseMethod.Gradual => new MagnitudePruning(layers, patterns, plan, steps),
            SparseMethod.Static => new StaticMasks(layers, patterns, seed),
            _ => new DropAndGrow(layers, patterns, plan, steps, seed),
        };
    }

    /// <summary>After gradients are there and before they are clipped.</summary>
    /// <param name="step">From 0.</param>
    /// <returns>Whether the step changed masks in place of weights.</returns>
    public abstract bool AfterBackward(long step, Optimizer optimizer);

    /// <summary>After the optimizer has changed the weights.</summary>
    public abstract void AfterUpdate(long step, Optimizer optimizer);

    /// <summary>Makes the masks part of the model, where they are not already.</summary>
    public virtual void Finish()
    {
    }

    /// <summary>Follows masks that a checkpoint has brought.</summary>
    public virtual void Refresh()
    {
    }

    /// <summary>Figures of the last step: density and turnover of layers whose masks changed.</summary>
    public virtual IEnumerable<KeyValuePair<string, double>> Metrics() => [];

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
    }

    private sealed class DenseTraining : SparseTraining
    {
        public override double Density => 1;

        public override IReadOnlyDictionary<string, double> Densities { get; } = new Dictionary<string, double>();

        public override bool AfterBackward(long step, Optimizer optimizer) => false;

        public override void AfterUpdate(long step, Optimizer optimizer)
        {
        }
    }
}
