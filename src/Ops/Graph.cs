using SparseProf.Ops.Units;

namespace SparseProf.Ops;

/// <summary>An op, how often a forward pass runs it, and where it stands in the model.</summary>
public sealed record GraphNode(string Name, Op Op, int Count = 1)
{
    /// <summary>False where each run uses the parameters of an earlier node, as tied embeddings do.</summary>
    public bool OwnsParameters { get; init; } = true;
}

/// <summary>What one forward pass of a model computes. Made from the same config record as the runnable model.</summary>
public sealed record Graph(string Name, IReadOnlyList<GraphNode> Nodes)
{
    public Flops DenseEquivalentFlops => Nodes.Select(node => node.Count * node.Op.DenseEquivalentFlops).Sum();

    public Flops NonzeroFlops => Nodes.Select(node => node.Count * node.Op.NonzeroFlops).Sum();

    public Bytes CompulsoryTraffic => Nodes.Select(node => node.Count * node.Op.CompulsoryTraffic).Sum();

    public Parameters TotalParameters => Owners.Select(node => node.Count * node.Op.TotalParameters).Sum();

    public Parameters ActiveParameters => Owners.Select(node => node.Count * node.Op.ActiveParameters).Sum();

    public Parameters NonzeroParameters => Owners.Select(node => node.Count * node.Op.NonzeroParameters).Sum();

    public Bytes WeightBytes => Owners.Select(node => node.Count * node.Op.WeightBytes).Sum();

    private IEnumerable<GraphNode> Owners => Nodes.Where(node => node.OwnsParameters);
}
