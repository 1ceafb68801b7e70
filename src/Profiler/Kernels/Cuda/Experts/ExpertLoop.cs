using System.Globalization;
using SparseProf.Profiler.Devices.Cuda;
using SparseProf.Profiler.Devices.Cuda.Native.CublasLt;

namespace SparseProf.Profiler.Kernels.Cuda.Experts;

/// <summary>One cuBLASLt product after the other, each with the algorithm that is best for its number of tokens.</summary>
internal sealed unsafe class ExpertLoop : IExpertProducts
{
    private const ulong WorkspaceBytes = 64UL << 20;
    private const int Wanted = 32;

    private readonly CudaContext _context;
    private readonly CublasLtLibrary _library;
    private readonly nint _handle;
    private readonly CudaBuffer _workspace;
    private readonly Dictionary<(long Tokens, bool Down), (GemmDescriptors Descriptors, HeuristicResult Algorithm)> _chosen = [];
    private readonly List<(ExpertProduct Product, GemmDescriptors Descriptors, HeuristicResult Algorithm)> _products = [];

    public ExpertLoop(CudaContext context, ExpertOperands operands)
    {
        _context = context;
        _library = context.Toolkit.CublasLt;
        _handle = _library.CreateHandle();
        _workspace = context.Allocate(WorkspaceBytes);
        try
        {
            using var search = new CandidateSearch(context);
            foreach (var down in new[] { false, true })
            {
                foreach (var product in operands.Busy.Select(expert => operands.Product(expert, down)))
                {
                    var (descriptors, algorithm) = Choose(search, operands, product, down);
                    _products.Add((product, descriptors, algorithm));
                }
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public string Choice => string.Create(CultureInfo.InvariantCulture, $"searches={_chosen.Count} wanted={Wanted}");

    public void Enqueue()
    {
        foreach (var (product, descriptors, algorithm) in _products)
            Multiply(product, descriptors, algorithm);
    }

    public void Dispose()
    {
        foreach (var (descriptors, _) in _chosen.Values)
            descriptors.Dispose();
        _workspace.Dispose();
        _library.DestroyHandle(_handle);
    }

    // Experts of equal load have products of equal shape.
    private (GemmDescriptors, HeuristicResult) Choose(CandidateSearch search, ExpertOperands operands, ExpertProduct product, bool down)
    {
        if (_chosen.TryGetValue((product.Shape.M, down), out var known))
            return known;
        var descriptors = new GemmDescriptors(_library, operands.Op.DType, product.Shape);
        try
        {
            var candidates = _library.Candidates(_handle, descriptors.Handles, descriptors.Preference, Wanted);
            return _chosen[(product.Shape.M, down)] = (descriptors, search.Best(candidates, candidate => Multiply(product, descriptors, candidate)).Winner);
        }
        catch
        {
            descriptors.Dispose();
            throw;
        }
    }

    private void Multiply(ExpertProduct product, GemmDescriptors descriptors, HeuristicResult algorithm)
    {
        float one = 1, zero = 0;
        _library.Multiply(
            _handle, descriptors.Handles, &one, product.Weights, product.Tokens, &zero, product.Result, product.Result,
            algorithm.Algorithm, _workspace.Address, algorithm.WorkspaceBytes, _context.Stream);
    }
}
