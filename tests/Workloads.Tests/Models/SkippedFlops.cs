using SparseProf.Torch;
using SparseProf.Workloads.Execution;
using SparseProf.Workloads.Modules;

namespace SparseProf.Workloads.Tests.Models;

/// <summary>Counts the FLOPs that go into weights which a mask drops, from the shapes of real results.</summary>
internal sealed class SkippedFlops
{
    public double Flops { get; private set; }

    public IExecution Watch(WeightLayer layer) => layer switch
    {
        LinearLayer => new Watcher(this, layer, new DefaultLinear(layer.Weight, layer.Bias)),
        Conv2dLayer convolution => new Watcher(this, layer, new DefaultConv2d(layer.Weight, convolution.Stride, convolution.Padding)),
        _ => throw new InvalidOperationException("a new kind of layer"),
    };

    private sealed class Watcher(SkippedFlops counter, WeightLayer layer, IExecution inner) : IExecution
    {
        public string Kernel => "watched";

        public Tensor Forward(Tensor input)
        {
            var result = inner.Forward(input);
            counter.Flops += 2.0 * result.Elements / layer.Rows * layer.Mask!.Data<bool>().Count(false);
            return result;
        }

        public void Dispose() => inner.Dispose();
    }
}
