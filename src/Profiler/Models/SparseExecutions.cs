using SparseProf.Ops;
using SparseProf.Profiler.Kernels;
using SparseProf.Profiler.Kernels.Convolution;
using SparseProf.Profiler.Kernels.Threading;
using SparseProf.Torch;
using SparseProf.Workloads.Execution;
using SparseProf.Workloads.Modules;

namespace SparseProf.Profiler.Models;

/// <summary>Our sparse kernels on the memory of libtorch's tensors.</summary>
internal static class SparseExecutions
{
    /// <summary>The sparse kernel of a layer, or null where there is none for it.</summary>
    public static IExecution? For(WeightLayer layer, WorkerTeam team)
    {
        if (layer.Mask is null || layer.Pattern is SparsityPattern.Dense)
            return null;
        try
        {
            return layer switch
            {
                LinearLayer linear => new Linear(linear, team),
                Conv2dLayer convolution => new Convolution2d(convolution, team),
                _ => null,
            };
        }
        catch (NotSupportedException)
        {
            return null;
        }
    }

    private static ReadOnlySpan<float> Bias(WeightLayer layer) => layer.Bias is { } bias ? bias.Data<float>() : [];

    private sealed class Linear(LinearLayer layer, WorkerTeam team) : IExecution
    {
        private readonly ISparseLinear _kernel =
            SparseLinear.Create(layer.Weight.Data<float>(), (int)layer.Rows, (int)layer.Columns, layer.Pattern, Bias(layer), team);

        public string Kernel => _kernel.Name;

        public unsafe Tensor Forward(Tensor input)
        {
            var x = Aten.Contiguous(input);
            var y = Aten.Empty([.. input.Shape[..^1], _kernel.Outputs]);
            _kernel.Run((float*)x.DataPointer, x.Elements / _kernel.Inputs, (float*)y.DataPointer);
            GC.KeepAlive(x);
            return y;
        }

        public void Dispose() => _kernel.Dispose();
    }

    private sealed class Convolution2d : IExecution
    {
        private readonly SparseConvolution _kernel;

        public Convolution2d(Conv2dLayer layer, WorkerTeam team)
        {
            var shape = new ConvolutionShape((int)layer.Weight.Size(1), (int)layer.Rows, layer.Kernel, layer.Stride, layer.Padding);
            _kernel = new SparseConvolution(layer.Weight.Data<float>(), shape, layer.Pattern, Bias(layer), team);
        }

        public string Kernel => _kernel.Name;

        public unsafe Tensor Forward(Tensor input)
        {
            var x = Aten.Contiguous(input);
            var (batch, height, width) = ((int)input.Size(0), (int)input.Size(2), (int)input.Size(3));
            var shape = _kernel.Shape;
            var y = Aten.Empty([batch, shape.Outputs, shape.OutputSize(height), shape.OutputSize(width)]);
            _kernel.Run((float*)x.DataPointer, batch, height, width, (float*)y.DataPointer);
            GC.KeepAlive(x);
            return y;
        }

        public void Dispose() => _kernel.Dispose();
    }
}
