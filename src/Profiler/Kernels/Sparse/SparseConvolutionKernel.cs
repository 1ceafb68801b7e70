using SparseProf.Ops;
using SparseProf.Ops.Units;
using SparseProf.Profiler.Kernels.Convolution;
using SparseProf.Profiler.Kernels.Memory;
using SparseProf.Profiler.Kernels.Operands;
using SparseProf.Profiler.Kernels.Simd;
using SparseProf.Profiler.Kernels.Threading;

namespace SparseProf.Profiler.Kernels.Sparse;

/// <summary>Our sparse convolution as a kernel.</summary>
public sealed class SparseConvolutionKernel(WorkerTeam team, SimdLevel level) : IKernel
{
    public string Name => $"im2col.{level.Name()}";

    public string Library => OwnLibrary.Name;

    public string Algorithm => "im2col panels in cache, vectors along positions";

    public string? Misfit(Op op) => op switch
    {
        not Conv2d => $"{Name} convolves only",
        { DType: not DType.Fp32 } => $"{Name} computes in fp32 only",
        Conv2d { Pattern: SparsityPattern.Dense } => $"{Name} needs sparse weights",
        Conv2d { Pattern: SparsityPattern.NofM and not { N: 2, M: 4 } } => $"{Name} knows 2:4 only of N:M",
        Conv2d convolution => convolution.Pattern.Misfit(convolution.AsGemm.N, convolution.AsGemm.K),
    };

    public IPreparedKernel Prepare(Op op, KernelData data)
    {
        if (Misfit(op) is { } misfit)
            throw new NotSupportedException(misfit);
        return new Prepared((Conv2d)op, data, team, level);
    }

    private sealed unsafe class Prepared : IPreparedKernel
    {
        private readonly ConvolutionOperands _operands;
        private readonly SparseConvolution[] _layers;
        private readonly AlignedBuffer<float>[] _x;
        private readonly AlignedBuffer<float>[] _y;
        private int _latest;

        public Prepared(Conv2d convolution, KernelData data, WorkerTeam team, SimdLevel level)
        {
            _operands = new(convolution, data.Seed);
            (Copies, WeightBytes) = (data.Copies, convolution.WeightBytes);
            _layers = new SparseConvolution[Copies];
            _x = new AlignedBuffer<float>[Copies];
            _y = new AlignedBuffer<float>[Copies];
            for (var copy = 0; copy < Copies; copy++)
            {
                _layers[copy] = new(_operands.Weights, _operands.Shape, convolution.Pattern, _operands.Bias, team, level);
                _x[copy] = new(_operands.X.Length);
                _operands.X.CopyTo(_x[copy].Span);
                _y[copy] = new(_operands.ResultFloats);
            }
        }

        public int Copies { get; }

        public Bytes WeightBytes { get; }

        public Bytes BytesPerCopy => WeightBytes + new Bytes((_x[0].Length + _y[0].Length) * (double)sizeof(float));

        public void Run(int copy)
        {
            _latest = copy;
            _layers[copy].Run(_x[copy].Pointer, _operands.Batch, _operands.Height, _operands.Width, _y[copy].Pointer);
        }

        public Correctness Verify()
        {
            _y[0].Span.Fill(float.NaN);
            Run(0);
            return _operands.Check(_y[0].Span);
        }

        public float[] ReadOutput() => _y[_latest].Span.ToArray();

        public void Dispose()
        {
            foreach (IDisposable part in _layers.Concat<IDisposable>(_x).Concat(_y))
                part.Dispose();
        }
    }
}
