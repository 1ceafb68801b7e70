using System.Runtime.Intrinsics;

namespace SparseProf.CostModel.Latency;

/// <summary><see cref="Work"/> of many calls, column after column; the last lanes repeat the last call.</summary>
internal sealed class WorkColumns(int capacity)
{
    private const int Quantities = 9;

    private readonly int _stride = (capacity + WorkLanes.Count - 1) / WorkLanes.Count * WorkLanes.Count;
    private readonly double[] _values = new double[(capacity + WorkLanes.Count - 1) / WorkLanes.Count * WorkLanes.Count * Quantities];

    public int Count { get; private set; }

    public static WorkColumns Of(IReadOnlyList<Work> work)
    {
        var columns = new WorkColumns(work.Count);
        for (var i = 0; i < work.Count; i++)
            columns.Add(work[i]);
        columns.Pad();
        return columns;
    }

    public void Clear() => Count = 0;

    public void Add(in Work work) => Set(Count++, work);

    /// <summary>Fills the lanes behind the last call, after it was added.</summary>
    public void Pad()
    {
        for (var i = Count; i % WorkLanes.Count != 0; i++)
        {
            for (var column = 0; column < Quantities; column++)
                _values[column * _stride + i] = _values[column * _stride + i - 1];
        }
    }

    /// <param name="first">A multiple of the lanes.</param>
    public WorkLanes Lanes(int first) => new(
        Lane(0, first), Lane(1, first), Lane(2, first), Lane(3, first), Lane(4, first), Lane(5, first), Lane(6, first), Lane(7, first), Lane(8, first));

    private Vector512<double> Lane(int column, int first) => Vector512.Create<double>(_values.AsSpan(column * _stride + first, WorkLanes.Count));

    private void Set(int i, in Work work)
    {
        var values = _values;
        values[i] = work.Batch;
        values[_stride + i] = work.Rows;
        values[2 * _stride + i] = work.Columns;
        values[3 * _stride + i] = work.Depth;
        values[4 * _stride + i] = work.Flops;
        values[5 * _stride + i] = work.WeightBytes;
        values[6 * _stride + i] = work.OtherBytes;
        values[7 * _stride + i] = work.Skew;
        values[8 * _stride + i] = work.ElementBytes;
    }
}
