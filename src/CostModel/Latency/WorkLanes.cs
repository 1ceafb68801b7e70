using System.Runtime.Intrinsics;

namespace SparseProf.CostModel.Latency;

/// <summary><see cref="Work"/> of eight calls at a time, a vector for each quantity.</summary>
internal readonly struct WorkLanes(
    Vector512<double> batch, Vector512<double> rows, Vector512<double> columns, Vector512<double> depth, Vector512<double> flops,
    Vector512<double> weightBytes, Vector512<double> otherBytes, Vector512<double> skew, Vector512<double> elementBytes)
{
    public const int Count = 8;

    public readonly Vector512<double> Batch = batch;
    public readonly Vector512<double> Rows = rows;
    public readonly Vector512<double> Columns = columns;
    public readonly Vector512<double> Depth = depth;
    public readonly Vector512<double> Flops = flops;
    public readonly Vector512<double> WeightBytes = weightBytes;
    public readonly Vector512<double> OtherBytes = otherBytes;
    public readonly Vector512<double> Skew = skew;
    public readonly Vector512<double> ElementBytes = elementBytes;

    public Vector512<double> Bytes => WeightBytes + OtherBytes;

    /// <summary>The same work in every lane.</summary>
    public static WorkLanes Of(in Work work) => new(
        Vector512.Create(work.Batch), Vector512.Create(work.Rows), Vector512.Create(work.Columns), Vector512.Create(work.Depth), Vector512.Create(work.Flops),
        Vector512.Create(work.WeightBytes), Vector512.Create(work.OtherBytes), Vector512.Create(work.Skew), Vector512.Create(work.ElementBytes));
}
