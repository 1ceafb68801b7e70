using System.Text.Json.Serialization;
using SparseProf.CostModel.Hardware;

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

    /// <summary>As the profile says it; empty where nothing is known of its generation.</summary>
    public string Architecture { get; init; } = "";

    /// <summary>Share of its generation's rate of arithmetic that the power limit leaves to long kernels.</summary>
    public double PowerShare { get; init; } = 1;

    /// <summary>What is known of the architecture beyond the data sheet, the board's power limit included.</summary>
    [JsonIgnore]
    public Generation Generation => Generation.Of(Architecture, Bandwidth / Multiprocessors) is { IsKnown: true } known ? known with { Compute = known.Compute * PowerShare } : Generation.Unknown;

    /// <summary>The least time of the work on an ideal device: all arithmetic at peak, all traffic beyond the cache at full bandwidth.</summary>
    public double Floor(Work work) => Math.Max(work.Flops / Peak, Math.Max(0, work.Bytes - L2) / Bandwidth);
}
