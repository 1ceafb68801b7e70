using System.Diagnostics;
using SparseProf.Torch;
using SparseProf.Workloads.Models;
using SparseProf.Workloads.Modules;

namespace SparseProf.Workloads.Execution;

/// <summary>
/// Finds the fastest dense kernel that libtorch offers for each layer of a model, by timing all of them on the shapes of a
/// real forward pass. It is the baseline that sparse kernels have to beat.
/// </summary>
public static class DenseKernels
{
    private const int WarmUps = 2;
    private const int Rounds = 7;

    // On a noisy machine a few rounds cannot tell smaller differences; the default stays.
    private const double ClearWin = 0.93;

    /// <summary>The dense kernels of a layer; the first is libtorch's default.</summary>
    /// <param name="copyWeights">Whether kernels may hold a second copy of the weights.</param>
    public static IEnumerable<IExecution> Candidates(WeightLayer layer, bool copyWeights)
    {
        switch (layer)
        {
            case LinearLayer:
                yield return new DefaultLinear(layer.Weight, layer.Bias);
                if (OneDnn.Exists && layer.Weight.Device == TorchDevice.Cpu)
                {
                    yield return new OneDnnPointwiseLinear(layer.Weight, layer.Bias);
                    if (copyWeights)
                        yield return new OneDnnLinear(layer.Weight, layer.Bias);
                }

                break;
            case Conv2dLayer convolution:
                yield return new DefaultConv2d(layer.Weight, convolution.Stride, convolution.Padding);
                if (OneDnn.Exists && copyWeights && layer.Weight.Device == TorchDevice.Cpu)
                    yield return new OneDnnConv2d(layer.Weight, convolution.Stride, convolution.Padding);
                break;
        }
    }

    /// <summary>Puts the fastest dense kernel into every layer. Layers of one shape are timed once.</summary>
    public static void UseFastestDense(this Model model, Tensor input, bool copyWeights = true)
    {
        using var scope = TensorScope.Enter();
        using var inference = Autograd.Inference();
        var shapes = InputShapes(model, input);
        foreach (var alike in model.WeightLayers().Select(entry => entry.Layer).GroupBy(Shape))
        {
            // Experts see different numbers of tokens: the middle one stands for all. Layers that saw none keep the default.
            var seen = alike.Where(shapes.ContainsKey).Select(layer => shapes[layer]).OrderBy(shape => shape.Aggregate(1L, (a, b) => a * b)).ToList();
            if (seen.Count == 0)
                continue;
            var fastest = Fastest(alike.First(), Aten.Randn(seen[seen.Count / 2]), copyWeights);
            foreach (var layer in alike)
                layer.Use(Only(Candidates(layer, copyWeights), fastest));
        }
    }

    private static (Type, long, long, int, int) Shape(WeightLayer layer) => layer is Conv2dLayer convolution
        ? (typeof(Conv2dLayer), layer.Rows, layer.Columns, convolution.Stride, (int)convolution.Weight.Size(1))
        : (layer.GetType(), layer.Rows, layer.Columns, 0, 0);

    private static Dictionary<WeightLayer, long[]> InputShapes(Model model, Tensor input)
    {
        var shapes = new Dictionary<WeightLayer, long[]>();
        model.Use(layer => new ShapeRecorder(Only(Candidates(layer, copyWeights: false), 0), shape => shapes[layer] = shape));
        model.Forward(input);
        return shapes;
    }

    // The candidates take turns, so that a slow moment of the machine meets them all.
    private static int Fastest(WeightLayer layer, Tensor input, bool copyWeights)
    {
        var candidates = Candidates(layer, copyWeights).ToList();
        var seconds = candidates.Select(_ => new List<double>()).ToList();
        for (var round = 0; round < WarmUps + Rounds; round++)
        {
            for (var i = 0; i < candidates.Count; i++)
            {
                var start = Stopwatch.GetTimestamp();
                candidates[i].Forward(input).Dispose();
                if (round >= WarmUps)
                    seconds[i].Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
            }
        }

        candidates.ForEach(candidate => candidate.Dispose());
        var medians = seconds.ConvertAll(times => times.Order().ElementAt(Rounds / 2));
        var fastest = Enumerable.Range(0, candidates.Count).MinBy(i => medians[i]);
        return medians[fastest] < ClearWin * medians[0] ? fastest : 0;
    }

    private static IExecution Only(IEnumerable<IExecution> candidates, int index)
    {
        IExecution? chosen = null;
        foreach (var (i, candidate) in candidates.Index())
        {
            if (i == index)
                chosen = candidate;
            else
                candidate.Dispose();
        }

        return chosen!;
    }

    private sealed class ShapeRecorder(IExecution inner, Action<long[]> record) : IExecution
    {
        public string Kernel => inner.Kernel;

        public Tensor Forward(Tensor input)
        {
            record(input.Shape.ToArray());
            return inner.Forward(input);
        }

        public void Dispose() => inner.Dispose();
    }
}
