using SparseProf.Ops;
using SparseProf.Ops.Units;
using SparseProf.Profiler.Devices.Cuda;
using SparseProf.Profiler.Devices.Cuda.Native;
using SparseProf.Profiler.Devices.Cuda.Native.Cublas;
using SparseProf.Profiler.Devices.Cuda.Native.CublasLt;
using SparseProf.Profiler.Kernels.Checking;

namespace SparseProf.Profiler.Kernels.Cuda;

/// <summary>
/// h = x · W1ᵀ and y = h · W2ᵀ for every expert, each on an equal share of the tokens. Expert e's operands are copy e of two
/// sets of product operands.
/// </summary>
internal sealed unsafe class MoeProducts : IPreparedKernel
{
    private const ulong WorkspaceBytes = 64UL << 20;
    private const int Wanted = 32;

    private readonly CudaDevice _device;
    private readonly MoeFfn _op;
    private readonly bool _grouped;
    private readonly List<IDisposable> _owned = [];
    private GemmOperands _up = null!;
    private GemmOperands _down = null!;
    private ulong _workspace;
    private nint _handle;
    private (GemmDescriptors Descriptors, HeuristicResult Algorithm) _upLoop;
    private (GemmDescriptors Descriptors, HeuristicResult Algorithm) _downLoop;
    private GroupedProducts _upGroups = null!;
    private GroupedProducts _downGroups = null!;

    private MoeProducts(CudaDevice device, MoeFfn op, bool grouped) => (_device, _op, _grouped) = (device, op, grouped);

    public int Copies => 1;

    public Bytes BytesPerCopy => _op.Routing.Experts * (_up.BytesPerCopy + _down.BytesPerCopy);

    public Bytes WeightBytes => _op.WeightBytes;

    private CudaContext Context => _device.Context;

    public static MoeProducts Create(CudaDevice device, MoeFfn op, KernelData data, bool grouped)
    {
        var created = new MoeProducts(device, op, grouped);
        try
        {
            device.Invoke(() => created.Open(data));
            return created;
        }
        catch
        {
            created.Dispose();
            throw;
        }
    }

    public void Run(int copy)
    {
        if (_device.OwnsThisThread)
            Enqueue();
        else
            _device.Invoke(Enqueue);
    }

    /// <summary>Compares both products of the first and the last expert with fp64.</summary>
    public Correctness Verify() => _device.Invoke(() =>
    {
        var last = _op.Routing.Experts - 1;
        foreach (var operands in new[] { _up, _down })
        {
            operands.SpoilResult(0);
            operands.SpoilResult(last);
        }

        Enqueue();
        Context.Synchronize();
        return new[] { Check(_up, 0), Check(_up, last), Check(_down, 0), Check(_down, last) }.MaxBy(found => found.MaxRelativeError);
    });

    public float[] ReadOutput() => _device.Invoke(() => OutputTypes.ToFloats(_down.ReadResult(0), OutputTypes.Of(_op.DType)));

    public void Dispose() => _device.Invoke(() =>
    {
        for (var i = _owned.Count - 1; i >= 0; i--)
            _owned[i].Dispose();
        if (_handle == 0)
            return;
        if (_grouped)
            Context.Toolkit.Cublas.DestroyHandle(_handle);
        else
            Context.Toolkit.CublasLt.DestroyHandle(_handle);
    });

    private void Open(KernelData data)
    {
        var tokens = _op.Tokens * _op.Routing.TopK / _op.Routing.Experts;
        _up = Own(OperandsOf(new GemmShape(tokens, _op.ExpertWidth, _op.Width), data));
        _down = Own(OperandsOf(new GemmShape(tokens, _op.Width, _op.ExpertWidth), data));
        _workspace = Own(Context.Allocate(WorkspaceBytes)).Address;
        if (_grouped)
            OpenGrouped();
        else
            OpenLoop();
    }

    private GemmOperands OperandsOf(GemmShape shape, KernelData data) =>
        new(_device, new Gemm(shape, _op.DType, SparsityPattern.Dense.Instance), data with { Copies = _op.Routing.Experts });

    private void OpenGrouped()
    {
        var library = Context.Toolkit.Cublas;
        _handle = library.CreateHandle();
        // Setting the stream resets the workspace: this order.
        library.SetStream(_handle, Context.Stream);
        library.SetWorkspace(_handle, _workspace, WorkspaceBytes);
        _upGroups = GroupsOf(_up);
        _downGroups = GroupsOf(_down);
    }

    private void OpenLoop()
    {
        var library = Context.Toolkit.CublasLt;
        _handle = library.CreateHandle();
        using var search = new CandidateSearch(Context);
        _upLoop = Choose(_up);
        _downLoop = Choose(_down);

        (GemmDescriptors, HeuristicResult) Choose(GemmOperands operands)
        {
            var descriptors = Own(new GemmDescriptors(library, _op.DType, operands.Op.Shape));
            var candidates = library.Candidates(_handle, descriptors.Handles, descriptors.Preference, Wanted);
            return (descriptors, search.Best(candidates, candidate => Multiply(operands, 0, descriptors, candidate)).Winner);
        }
    }

    private void Enqueue()
    {
        if (_grouped)
        {
            Context.Toolkit.Cublas.MultiplyGroups(_handle, _upGroups, _op.DType.Storage());
            Context.Toolkit.Cublas.MultiplyGroups(_handle, _downGroups, _op.DType.Storage());
            return;
        }

        for (var expert = 0; expert < _op.Routing.Experts; expert++)
        {
            Multiply(_up, expert, _upLoop.Descriptors, _upLoop.Algorithm);
            Multiply(_down, expert, _downLoop.Descriptors, _downLoop.Algorithm);
        }
    }

    private void Multiply(GemmOperands operands, int expert, GemmDescriptors descriptors, HeuristicResult algorithm)
    {
        float one = 1, zero = 0;
        Context.Toolkit.CublasLt.Multiply(
            _handle, descriptors.Handles, &one, operands.Weights(expert), operands.Tokens(expert), &zero, operands.Result(expert), operands.Result(expert),
            algorithm.Algorithm, _workspace, algorithm.WorkspaceBytes, Context.Stream);
    }

    private GroupedProducts GroupsOf(GemmOperands operands)
    {
        var experts = _op.Routing.Experts;
        var shape = operands.Op.Shape;
        return new GroupedProducts(
            Repeated(shape.N), Repeated(shape.M), Repeated(shape.K),
            Addresses(operands.Weights), Addresses(operands.Tokens), Addresses(operands.Result));

        int[] Repeated(long size) => [.. Enumerable.Repeat((int)size, experts)];

        ulong Addresses(Func<int, ulong> of)
        {
            var buffer = Own(Context.Allocate((ulong)experts * sizeof(ulong)));
            buffer.CopyFrom<ulong>(Enumerable.Range(0, experts).Select(of).ToArray());
            return buffer.Address;
        }
    }

    private Correctness Check(GemmOperands operands, int expert) =>
        CudaReference.Compare(_device, operands, expert);

    private T Own<T>(T owned)
        where T : IDisposable
    {
        _owned.Add(owned);
        return owned;
    }
}
