using System.Runtime.InteropServices;
using SparseProf.Profiler.Kernels.Memory;
using SparseProf.Profiler.Kernels.Threading;

namespace SparseProf.Profiler.Kernels.Convolution;

/// <summary>Output positions that follow each other in one row of one image.</summary>
/// <param name="First">The first one's place in the panel.</param>
/// <param name="Source">The pixel of channel 0 that the kernel's first weight sees, from the start of the images.</param>
internal readonly record struct PositionRun(int First, int Length, long Source);

/// <summary>A batch of NCHW images with their border of zeros, so that patches are copied without asking where the image ends.</summary>
internal sealed unsafe class PaddedImages(ConvolutionShape shape) : ParallelWork, IDisposable
{
    private AlignedBuffer<float> _pixels = new(0);
    private float* _x;
    private int _batch;
    private int _height;
    private int _width;

    public long OutputPositions => (long)shape.OutputSize(_height) * shape.OutputSize(_width);

    private int PaddedWidth => _width + 2 * shape.Padding;

    private long PlaneFloats => (long)(_height + 2 * shape.Padding) * PaddedWidth;

    public void Prepare(float* x, int batch, int height, int width)
    {
        _x = x;
        var sameBorder = (height, width) == (_height, _width);
        (_batch, _height, _width) = (batch, height, width);
        var needed = batch * shape.Inputs * PlaneFloats;
        if (_pixels.Length < needed)
        {
            _pixels.Dispose();
            _pixels = new(needed);
        }
        else if (!sameBorder)
        {
            // Pixels of other images lie where the border is now.
            NativeMemory.Clear(_pixels.Pointer, (nuint)needed * sizeof(float));
        }
    }

    /// <summary>A pixel of the first image, the border counted.</summary>
    public float* Pixel(int channel, int down, int across) => _pixels.Pointer + channel * PlaneFloats + (long)down * PaddedWidth + across;

    /// <summary>Cuts <paramref name="count"/> output positions into runs; there are never more runs than positions.</summary>
    public int Split(long first, int count, PositionRun* runs)
    {
        var (outputWidth, positions) = (shape.OutputSize(_width), OutputPositions);
        var found = 0;
        for (var done = 0; done < count;)
        {
            var (image, position) = Math.DivRem(first + done, positions);
            var (row, column) = Math.DivRem(position, outputWidth);
            var length = (int)Math.Min(count - done, outputWidth - column);
            runs[found++] = new(done, length, image * shape.Inputs * PlaneFloats + row * shape.Stride * PaddedWidth + column * shape.Stride);
            done += length;
        }

        return found;
    }

    public void Dispose() => _pixels.Dispose();

    protected internal override void Execute(int worker)
    {
        while (TakeNext() is var plane && plane < (long)_batch * shape.Inputs)
        {
            var source = _x + (long)plane * _height * _width;
            var target = _pixels.Pointer + plane * PlaneFloats + (long)shape.Padding * PaddedWidth + shape.Padding;
            for (var row = 0; row < _height; row++)
                new Span<float>(source + (long)row * _width, _width).CopyTo(new Span<float>(target + (long)row * PaddedWidth, _width));
        }
    }
}
