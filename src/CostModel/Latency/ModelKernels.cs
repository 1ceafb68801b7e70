namespace SparseProf.CostModel.Latency;

/// <summary>A kernel of a model with how often a forward pass runs it.</summary>
public sealed record ModelKernel(string Name, string Op, int Count, KernelCall Call, string Family);

/// <summary>The kernels of one forward pass, and what it keeps in memory, bytes.</summary>
public sealed record ModelKernels(IReadOnlyList<ModelKernel> Kernels, double WeightBytes, double ActivationBytes, double CacheBytes)
{
    public double TotalBytes => WeightBytes + ActivationBytes + CacheBytes;

    public static ModelKernels Of(ModelWork work)
    {
        var nodes = work.Graph.Nodes;
        var activations = nodes.Max(node => node.Op.CompulsoryTraffic.Value - node.Op.WeightBytes.Value) + work.ResidualBytes;
        return new(
            [.. nodes.Select(node => OpCall.Of(node.Op) is var call ? new ModelKernel(node.Name, node.Op.Text, node.Count, call, call.Family) : null!)],
            work.Graph.WeightBytes.Value, Math.Max(0, activations), work.CacheBytes);
    }
}
