using SparseProf.Ops;
using SparseProf.Profiler.Devices.Cuda;
using SparseProf.Profiler.Devices.Cuda.Native.Cusparse;
using SparseProf.Profiler.Kernels.Cuda;
using SparseProf.Torch;
using SparseProf.Workloads.Execution;
using SparseProf.Workloads.Modules;

namespace SparseProf.Profiler.Models;

/// <summary>y = x · Wᵀ + b with weights in a sparse format of cuSPARSE.</summary>
internal sealed class SpmmLinear(CudaDevice device, LinearLayer layer, DType dtype, ShapeChoices<SpmmShape, SpmmCandidate> choices) : IExecution
{
    private readonly SpmmWeights _weights = new(device, layer, dtype, choices);

    public string Kernel => _weights.Kernel;

    public unsafe Tensor Forward(Tensor input)
    {
        var x = Aten.Contiguous(input);
        var y = Aten.Empty([.. input.Shape[..^1], _weights.Rows], x.ScalarType, x.Device);
        _weights.Multiply((ulong)x.DataPointer, (ulong)y.DataPointer, x.Elements / _weights.Columns, CusparseOrder.Column);
        GC.KeepAlive(x);
        if (layer.Bias is { } bias)
            Aten.AddInPlace(y, bias);
        return y;
    }

    public void Dispose() => _weights.Dispose();
}

/// <summary>A convolution as sparse weights times the image's patches, written out.</summary>
internal sealed class SpmmConv2d(CudaDevice device, Conv2dLayer layer, DType dtype, ShapeChoices<SpmmShape, SpmmCandidate> choices) : IExecution
{
    private readonly SpmmWeights _weights = new(device, layer, dtype, choices);

    public string Kernel => _weights.Kernel;

    public unsafe Tensor Forward(Tensor input)
    {
        var (batch, height, width) = (input.Size(0), Side(input.Size(2)), Side(input.Size(3)));
        var patches = Aten.Contiguous(Aten.Unfold(input, layer.Kernel, layer.Stride, layer.Padding));
        var y = Aten.Empty([batch, _weights.Rows, height, width], input.ScalarType, input.Device);
        var (from, to) = ((ulong)patches.DataPointer, (ulong)y.DataPointer);
        var element = (ulong)dtype.Size().Value;
        for (var image = 0UL; image < (ulong)batch; image++)
        {
            _weights.Multiply(
                from + image * element * (ulong)(_weights.Columns * height * width),
                to + image * element * (ulong)(_weights.Rows * height * width),
                height * width,
                CusparseOrder.Row);
        }

        GC.KeepAlive(patches);
        return y;
    }

    public void Dispose() => _weights.Dispose();

    private long Side(long size) => (size + 2 * layer.Padding - layer.Kernel) / layer.Stride + 1;
}
