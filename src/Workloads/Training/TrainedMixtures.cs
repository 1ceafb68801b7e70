using SparseProf.Torch;
using SparseProf.Workloads.Models;
using SparseProf.Workloads.Modules;

namespace SparseProf.Workloads.Training;

/// <summary>The mixtures of experts of a model while it trains: what their routers need before, in and after a step.</summary>
internal sealed class TrainedMixtures
{
    private readonly List<SwitchLayer> _layers;
    private readonly TrainingPlan _plan;

    public TrainedMixtures(Model model, TrainingPlan plan)
    {
        _plan = plan;
        _layers = [.. model.Modules().Select(entry => entry.Module).OfType<SwitchLayer>()];
        foreach (var layer in _layers)
            layer.RouterTraining = plan.Router;
    }

    /// <summary>The jitter of a step is a function of seed, step and layer alone.</summary>
    public void SeedJitter(long step)
    {
        for (var i = 0; i < _layers.Count; i++)
            _layers[i].SeedJitter(_plan.Seed, step * _layers.Count + i);
    }

    /// <summary>The loss with those of the routers in the forward pass before; theirs are disposed.</summary>
    public Tensor AddLosses(Tensor loss)
    {
        foreach (var layer in _layers)
        {
            if (layer.TakeRouterLoss() is not { } ofRouter)
                continue;
            loss = Aten.Add(loss, ofRouter);
            ofRouter.Dispose();
        }

        return loss;
    }

    public IEnumerable<KeyValuePair<string, double>> Metrics() => RouterMetrics.Of(_layers);
}
