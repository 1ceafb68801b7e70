using System.Runtime.Intrinsics;
using SparseProf.Ops;
using SparseProf.Profiler.Kernels.Memory;
using SparseProf.Profiler.Kernels.Simd;
using SparseProf.Profiler.Kernels.Spmm;
using SparseProf.Profiler.Kernels.Threading;

namespace SparseProf.Profiler.Kernels.Convolution;

/// <summary>
/// A convolution with sparse weights over NCHW images: im2col and sparse product in one. The tokens are output
/// positions; a panel of image patches is made, multiplied and left while it is in the cache.
/// </summary>
public sealed unsafe class SparseConvolution : IDisposable
{
    private readonly Product _product;

    /// <param name="weights">Row-major W[outputs, inputs·kernel²], already pruned: zeros are not stored.</param>
    /// <param name="bias">One value an output, or empty.</param>
    /// <param name="level">The instruction set; null takes the widest.</param>
    /// <exception cref="NotSupportedException">A pattern without a sparse kernel.</exception>
    public SparseConvolution(
        ReadOnlySpan<float> weights, ConvolutionShape shape, SparsityPattern pattern, ReadOnlySpan<float> bias, WorkerTeam team, SimdLevel? level = null)
    {
        if (!bias.IsEmpty && bias.Length != shape.Outputs)
            throw new ArgumentException($"{bias.Length} bias values for {shape.Outputs} outputs", nameof(bias));
        Shape = shape;
        var simd = level ?? SimdLevels.Current;
        using var matrix = SparseLinear.Compress(weights, shape.Outputs, shape.Columns, pattern);
        _product = new(shape, PackedWeights.Pack(matrix, simd, team.Threads), bias, simd, team);
        Name = $"im2col.{simd.Name()}";
    }

    public ConvolutionShape Shape { get; }

    /// <summary>The kernel's name in measurements, with its instruction set.</summary>
    public string Name { get; }

    /// <summary>
    /// Convolves <paramref name="batch"/> images; allocates only when they are larger than ever before. Not for two
    /// callers at a time.
    /// </summary>
    public void Run(float* x, int batch, int height, int width, float* y)
    {
        if (Shape.OutputSize(height) < 1 || Shape.OutputSize(width) < 1)
            throw new ArgumentException($"images of {height}x{width} are smaller than the kernel", nameof(height));
        _product.Run(x, batch, height, width, y);
    }

    public void Dispose() => _product.Dispose();

    private sealed class Product : PanelProduct
    {
        private readonly ConvolutionShape _shape;
        private readonly AlignedBuffer<float> _bias;
        private readonly PaddedImages _images;
        private readonly WorkerTeam _team;
        private float* _y;

        public Product(ConvolutionShape shape, PackedWeights weights, ReadOnlySpan<float> bias, SimdLevel level, WorkerTeam team)
            : base(weights, level, team)
        {
            _shape = shape;
            _bias = new(shape.Outputs);
            bias.CopyTo(_bias.Span);
            _images = new(shape);
            _team = team;
        }

        public void Run(float* x, int batch, int height, int width, float* y)
        {
            _y = y;
            _images.Prepare(x, batch, height, width);
            _team.Run(_images);
            Multiply(batch * _images.OutputPositions);
        }

        protected override void PackPanel(long panel, float* target)
        {
            var runs = stackalloc PositionRun[PanelTokens];
            var count = _images.Split(panel * PanelTokens, TokensIn(panel), runs);
            for (var channel = 0; channel < _shape.Inputs; channel++)
            {
                for (var down = 0; down < _shape.Kernel; down++)
                {
                    for (var across = 0; across < _shape.Kernel; across++, target += PanelTokens)
                    {
                        var source = _images.Pixel(channel, down, across);
                        for (var run = runs; run < runs + count; run++)
                            CopyStrided(source + run->Source, _shape.Stride, target + run->First, run->Length);
                    }
                }
            }
        }

        protected override void WriteSums(long panel, Chunk chunk, float* sums)
        {
            var positions = _images.OutputPositions;
            var (first, end) = (panel * PanelTokens, panel * PanelTokens + TokensIn(panel));
            for (var token = first; token < end;)
            {
                var (image, position) = Math.DivRem(token, positions);
                var count = (int)Math.Min(end - token, positions - position);
                for (var row = 0; row < chunk.RowCount; row++)
                {
                    var output = chunk.FirstRow + row;
                    AddBias(sums + row * PanelTokens + (token - first), _bias.Pointer[output], _y + (image * _shape.Outputs + output) * positions + position, count);
                }

                token += count;
            }
        }

        public override void Dispose()
        {
            base.Dispose();
            _bias.Dispose();
            _images.Dispose();
        }

        private static void CopyStrided(float* source, int stride, float* target, int count)
        {
            var i = 0;
            if (stride == 1)
            {
                for (; i + 8 <= count; i += 8)
                    Vector256.Load(source + i).Store(target + i);
                for (; i + 4 <= count; i += 4)
                    Vector128.Load(source + i).Store(target + i);
            }

            for (; i < count; i++)
                target[i] = source[i * stride];
        }

        private static void AddBias(float* sums, float bias, float* target, int count)
        {
            var i = 0;
            for (; i + 8 <= count; i += 8)
                (Vector256.Load(sums + i) + Vector256.Create(bias)).Store(target + i);
            for (; i < count; i++)
                target[i] = sums[i] + bias;
        }
    }
}
