using SparseProf.Ops;
using SparseProf.Ops.Units;
using SparseProf.Profiler.Devices.Cuda;

namespace SparseProf.Profiler.Kernels.Cuda;

/// <summary>A product on a GPU, ready to be timed: one library's routine with the algorithm that the search chose.</summary>
internal abstract class CudaGemm : IPreparedKernel
{
    private int _turn;

    protected CudaGemm(CudaDevice device, Gemm op, KernelData data)
    {
        Device = device;
        Operands = device.Invoke(() => new GemmOperands(device, op, data));
    }

    public int Copies => Operands.Copies;

    public virtual Bytes BytesPerCopy => Operands.BytesPerCopy;

    public virtual Bytes WeightBytes => Operands.Op.WeightBytes;

    /// <summary>What the search chose and how long it looked.</summary>
    public AlgorithmChoice Choice { get; protected set; } = AlgorithmChoice.None;

    protected CudaDevice Device { get; }

    protected GemmOperands Operands { get; }

    protected CudaContext Context => Device.Context;

    public void Run(int copy)
    {
        if (Device.OwnsThisThread)
            Enqueue(copy);
        else
            Device.Invoke(() => Enqueue(copy));
    }

    /// <summary>Compares up to 64 tokens of the first copy with a product in fp64 of the same stored operands.</summary>
    public Correctness Verify() => Device.Invoke(() =>
    {
        Operands.SpoilResult(0);
        SpoilBetween();
        Enqueue(0);
        Context.Synchronize();
        return CudaReference.Compare(Device, Operands, copy: 0);
    });

    public float[] ReadOutput() => Device.Invoke(() => OutputTypes.ToFloats(Operands.ReadResult(0), OutputTypes.Of(Operands.Op.DType)));

    public void Dispose()
    {
        Device.Invoke(() =>
        {
            Release();
            Operands.Dispose();
        });
        GC.SuppressFinalize(this);
    }

    /// <summary>A product that was opened on the CUDA thread; one that fails to open leaves nothing behind.</summary>
    protected static T Opened<T>(T product, Action<T> open)
        where T : CudaGemm
    {
        try
        {
            product.Device.Invoke(() => open(product));
            return product;
        }
        catch
        {
            product.Dispose();
            throw;
        }
    }

    /// <summary>Starts one call on the stream; runs on the CUDA thread and must not wait for the GPU.</summary>
    protected abstract void Enqueue(int copy);

    /// <summary>The copy that a search's next call takes: candidates are tried as they are timed later, over all copies.</summary>
    protected int NextCopy() => _turn++ % Copies;

    /// <summary>Makes NaN of what a call writes before it reads it, so that nothing is left of an earlier call; runs on the CUDA thread.</summary>
    protected virtual void SpoilBetween()
    {
    }

    /// <summary>Frees what the routine holds besides the operands; runs on the CUDA thread.</summary>
    protected abstract void Release();
}
