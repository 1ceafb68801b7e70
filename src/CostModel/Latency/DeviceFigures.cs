namespace SparseProf.CostModel.Latency;

/// <summary>The data-sheet figures of one device that bound one family of kernels, in SI base units.</summary>
/// <param name="Peak">FLOP/s on stored weights, for the family's dtype and pattern.</param>
/// <param name="Bandwidth">Of the memory, B/s.</param>
/// <param name="L2">Bytes of last-level cache.</param>
/// <param name="Multiprocessors">Streaming multiprocessors, compute units or cores.</param>
/// <param name="Clock">Hz.</param>
public sealed record DeviceFigures(string Id, double Peak, double Bandwidth, double L2, double Multiprocessors, double Clock)
{
    /// <summary>fp32 FLOP/s outside the matrix units, where unstructured kernels run; null where unknown.</summary>
    public double? VectorPeak { get; init; }

    /// <summary>The least time of the work on an ideal device: all arithmetic at peak, all traffic beyond the cache at full bandwidth.</summary>
    public double Floor(Work work) => Math.Max(work.Flops / Peak, Math.Max(0, work.Bytes - L2) / Bandwidth);
}
