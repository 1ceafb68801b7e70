using SparseProf.Ops.Units;
using SparseProf.Profiler.Kernels.Memory;

namespace SparseProf.Profiler.Kernels.Sparse;

/// <summary>Copies of a sparse layer, each with an input and a result of its own.</summary>
internal abstract unsafe class PreparedSparse<TLayer> : IPreparedKernel
    where TLayer : IDisposable
{
    private readonly TLayer[] _layers;
    private readonly AlignedBuffer<float>[] _x;
    private readonly AlignedBuffer<float>[] _y;
    private int _latest;

    protected PreparedSparse(int copies, Bytes weightBytes, float[] x, long resultFloats, Func<TLayer> createLayer)
    {
        (Copies, WeightBytes) = (copies, weightBytes);
        _layers = new TLayer[copies];
        _x = new AlignedBuffer<float>[copies];
        _y = new AlignedBuffer<float>[copies];
        for (var copy = 0; copy < copies; copy++)
        {
            _layers[copy] = createLayer();
            _x[copy] = new(x.Length);
            x.CopyTo(_x[copy].Span);
            _y[copy] = new(resultFloats);
        }
    }

    public int Copies { get; }

    public Bytes WeightBytes { get; }

    public Bytes BytesPerCopy => WeightBytes + new Bytes((_x[0].Length + _y[0].Length) * (double)sizeof(float));

    public void Run(int copy)
    {
        _latest = copy;
        Run(_layers[copy], _x[copy].Pointer, _y[copy].Pointer);
    }

    public Correctness Verify()
    {
        _y[0].Span.Fill(float.NaN);
        Run(0);
        return Check(_y[0].Span);
    }

    public float[] ReadOutput() => _y[_latest].Span.ToArray();

    public void Dispose()
    {
        foreach (IDisposable part in _layers.Cast<IDisposable>().Concat(_x).Concat(_y))
            part.Dispose();
    }

    protected abstract void Run(TLayer layer, float* x, float* y);

    protected abstract Correctness Check(ReadOnlySpan<float> y);
}
