using SparseProf.Profiler.Devices.Cuda;
using SparseProf.Profiler.Devices.Cuda.Native;
using SparseProf.Profiler.Devices.Cuda.Native.Cublas;

namespace SparseProf.Profiler.Kernels.Cuda.Experts;

/// <summary>Two launches of cuBLAS's grouped product, one group an expert.</summary>
internal sealed class GroupedExperts : IExpertProducts
{
    private const ulong WorkspaceBytes = 64UL << 20;

    private readonly CublasLibrary _library;
    private readonly nint _handle;
    private readonly CudaDataType _type;
    private readonly List<CudaBuffer> _owned = [];
    private readonly GroupedProducts _up;
    private readonly GroupedProducts _down;

    public GroupedExperts(CudaContext context, ExpertOperands operands)
    {
        _library = context.Toolkit.Cublas;
        _type = operands.Op.DType.Storage();
        _handle = _library.CreateHandle();
        // Setting the stream resets the workspace: this order.
        _library.SetStream(_handle, context.Stream);
        _library.SetWorkspace(_handle, Own(context.Allocate(WorkspaceBytes)).Address, WorkspaceBytes);
        _up = Groups(context, [.. operands.Busy.Select(expert => operands.Product(expert, down: false))]);
        _down = Groups(context, [.. operands.Busy.Select(expert => operands.Product(expert, down: true))]);
    }

    public string Choice => "";

    public void Enqueue()
    {
        _library.MultiplyGroups(_handle, _up, _type);
        _library.MultiplyGroups(_handle, _down, _type);
    }

    public void Dispose()
    {
        foreach (var buffer in _owned)
            buffer.Dispose();
        _library.DestroyHandle(_handle);
    }

    private GroupedProducts Groups(CudaContext context, ExpertProduct[] products)
    {
        return new GroupedProducts(
            [.. products.Select(product => (int)product.Shape.N)], [.. products.Select(product => (int)product.Shape.M)], [.. products.Select(product => (int)product.Shape.K)],
            Addresses(product => product.Weights), Addresses(product => product.Tokens), Addresses(product => product.Result));

        ulong Addresses(Func<ExpertProduct, ulong> of)
        {
            var buffer = Own(context.Allocate((ulong)products.Length * sizeof(ulong)));
            buffer.CopyFrom<ulong>([.. products.Select(of)]);
            return buffer.Address;
        }
    }

    private CudaBuffer Own(CudaBuffer buffer)
    {
        _owned.Add(buffer);
        return buffer;
    }
}
