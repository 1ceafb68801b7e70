using SparseProf.Torch;
using SparseProf.Workloads.Data;
using SparseProf.Workloads.Execution;
using SparseProf.Workloads.Models;
using SparseProf.Workloads.Modules;

namespace SparseProf.Workloads.Training;

/// <summary>FLOPs of one forward pass over one example: of each layer with weights, and of everything else.</summary>
internal sealed class LayerFlops
{
    private readonly IReadOnlyDictionary<string, double> _layers;
    private readonly double _others;

    private LayerFlops(IReadOnlyDictionary<string, double> layers, double others) => (_layers, _others) = (layers, others);

    /// <summary>Counts a forward pass over a batch. Of mixtures, this batch's routing stands for all.</summary>
    public static LayerFlops Of(Model model, Batch batch, TorchDevice device)
    {
        using var scope = TensorScope.Enter();
        using var noGrad = Autograd.NoGrad();
        var counts = new Dictionary<string, double>();
        var replaced = model.WeightLayers()
            .Select(entry => (entry.Layer, Execution: entry.Layer.Exchange(new Counting(entry.Layer, entry.Layer.Execution, flops => counts[entry.Path] = counts.GetValueOrDefault(entry.Path) + flops))))
            .ToList();
        model.Eval();
        double total;
        using (var counter = FlopCounter.Start())
        {
            Objective.Logits(model, batch, device);
            total = counter.Flops;
        }

        model.Train();
        foreach (var (layer, execution) in replaced)
            layer.Exchange(execution);
        var examples = (double)batch.Inputs.Size(0);
        return new LayerFlops(counts.ToDictionary(pair => pair.Key, pair => pair.Value / examples), (total - counts.Values.Sum()) / examples);
    }

    public double Dense => _layers.Values.Sum() + _others;

    /// <param name="densities">Of the layers that are sparse, by path.</param>
    public double Nonzero(IReadOnlyDictionary<string, double> densities) =>
        _others + _layers.Sum(layer => layer.Value * densities.GetValueOrDefault(layer.Key, 1));

    /// <summary>
    /// Forward, gradients of activations and gradients of weights cost one forward pass each (Evci et al. 2020, appendix H);
    /// a method that reads the gradients of dropped weights pays the last one dense.
    /// </summary>
    public double Training(IReadOnlyDictionary<string, double> densities, bool denseGradients) =>
        Nonzero(densities) * (denseGradients ? 2 : 3) + (denseGradients ? Dense : 0);

    private sealed class Counting(WeightLayer layer, IExecution inner, Action<double> add) : IExecution
    {
        public string Kernel => inner.Kernel;

        public Tensor Forward(Tensor input)
        {
            var output = inner.Forward(input);
            add(2.0 * output.Elements * layer.Columns);
            return output;
        }

        public void Dispose()
        {
        }
    }
}
