using SparseProf.Ops;
using SparseProf.Ops.Units;
using SparseProf.Profiler.Kernels.Memory;
using SparseProf.Profiler.Kernels.Operands;
using SparseProf.Profiler.Kernels.Simd;
using SparseProf.Profiler.Kernels.Threading;

namespace SparseProf.Profiler.Kernels.Sparse;

/// <summary>Our sparse linear layers as a kernel: CSR, BSR or 2:4 by the pattern of the op.</summary>
public sealed class SparseGemmKernel(SparseFormat format, WorkerTeam team, SimdLevel level) : IKernel
{
    public string Name => $"{format.Name()}.{level.Name()}";

    public string Library => OwnLibrary.Name;

    public string Algorithm => format == SparseFormat.Bsr ? "register-blocked, vectors along outputs" : "token panels, vectors along tokens";

    public string? Misfit(Op op) => op switch
    {
        not Gemm => $"{Name} multiplies matrices only",
        { DType: not DType.Fp32 } => $"{Name} computes in fp32 only",
        Gemm { Batch: > 1 } => $"{Name} has no batches of products",
        Gemm gemm when format.Of(gemm.Pattern) is false => $"{Name} does not store {gemm.Pattern}",
        Gemm gemm => gemm.Pattern.Misfit(gemm.Shape.N, gemm.Shape.K),
    };

    public IPreparedKernel Prepare(Op op, KernelData data)
    {
        if (Misfit(op) is { } misfit)
            throw new NotSupportedException(misfit);
        return new Prepared((Gemm)op, data, team, level);
    }

    private sealed unsafe class Prepared : IPreparedKernel
    {
        private readonly GemmOperands _operands;
        private readonly ISparseLinear[] _layers;
        private readonly AlignedBuffer<float>[] _x;
        private readonly AlignedBuffer<float>[] _y;
        private int _latest;

        public Prepared(Gemm gemm, KernelData data, WorkerTeam team, SimdLevel level)
        {
            _operands = new(gemm, data.Seed);
            (Copies, WeightBytes) = (data.Copies, gemm.WeightBytes);
            _layers = new ISparseLinear[Copies];
            _x = new AlignedBuffer<float>[Copies];
            _y = new AlignedBuffer<float>[Copies];
            for (var copy = 0; copy < Copies; copy++)
            {
                _layers[copy] = SparseLinear.Create(_operands.Weights, _operands.Outputs, _operands.Inputs, gemm.Pattern, _operands.Bias, team, level);
                _x[copy] = new(_operands.X.Length);
                _operands.X.CopyTo(_x[copy].Span);
                _y[copy] = new((long)_operands.Tokens * _operands.Outputs);
            }
        }

        public int Copies { get; }

        public Bytes WeightBytes { get; }

        public Bytes BytesPerCopy => WeightBytes + new Bytes((_x[0].Length + _y[0].Length) * (double)sizeof(float));

        public void Run(int copy)
        {
            _latest = copy;
            _layers[copy].Run(_x[copy].Pointer, _operands.Tokens, _y[copy].Pointer);
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
