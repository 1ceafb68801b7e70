using SparseProf.Ops;
using SparseProf.Ops.Units;
using SparseProf.Profiler.Devices;
using SparseProf.Profiler.Devices.Cuda;
using SparseProf.Profiler.Kernels.Cuda;
using SparseProf.Torch;
using SparseProf.Workloads.Execution;
using SparseProf.Workloads.Modules;

namespace SparseProf.Profiler.Models;

/// <summary>
/// libtorch on a GPU, with cuSPARSELt and cuSPARSE on its tensors' memory and on the profiler's stream. Everything happens on
/// the device's own thread.
/// </summary>
internal sealed class CudaPlatform(CudaDevice device, TorchDevice torch, DType dtype, CandidateTrials trials) : IModelPlatform
{
    private const int CallsOfContest = 4;

    // Layers of one shape are computed by one algorithm: the first one's search answers for all.
    private readonly ShapeChoices<(GemmShape, bool Bias), CusparseLtCandidate> _twoFour = new();
    private readonly ShapeChoices<SpmmShape, SpmmCandidate> _spmm = new();

    public TorchDevice Device => torch;

    public DType DType => dtype;

    public IExecution? Sparse(WeightLayer layer)
    {
        if (layer.Mask is null || layer.Pattern is SparsityPattern.Dense)
            return null;
        return (layer, layer.Pattern) switch
        {
            (LinearLayer linear, SparsityPattern.NofM { N: 2, M: 4 }) => TwoFourLinear.Fits(linear, dtype) ? new TwoFourLinear(device, linear, dtype, _twoFour, trials) : null,
            // Blocks are computed on tensor cores, which would round fp32 to tf32.
            (LinearLayer, SparsityPattern.Block) when dtype == DType.Fp32 => null,
            (LinearLayer linear, SparsityPattern.Unstructured or SparsityPattern.Block) => new SpmmLinear(device, linear, dtype, _spmm),
            (Conv2dLayer convolution, SparsityPattern.Unstructured) => new SpmmConv2d(device, convolution, dtype, _spmm),
            _ => null,
        };
    }

    public void Synchronize() => device.Synchronize();

    public Seconds Time(Action call)
    {
        // A libtorch without CUDA computes on the host, which the GPU's events do not see.
        if (torch == TorchDevice.Cpu)
        {
            return CpuPlatform.HostTime(() =>
            {
                call();
                Synchronize();
            });
        }

        var work = new Call(call);
        try
        {
            return device.Time(work, TimingMode.Hot, CallsOfContest)!.Value.PerCall;
        }
        finally
        {
            device.Forget(work);
        }
    }

    private sealed class Call(Action call) : ITimedWork
    {
        public int Copies => 1;

        public Bytes BytesPerCopy => new(0);

        public void Run(int copy) => call();
    }
}
