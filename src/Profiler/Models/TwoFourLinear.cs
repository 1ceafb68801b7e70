using SparseProf.Ops;
using SparseProf.Profiler.Devices.Cuda;
using SparseProf.Profiler.Kernels.Cuda;
using SparseProf.Torch;
using SparseProf.Workloads.Execution;
using SparseProf.Workloads.Modules;

namespace SparseProf.Profiler.Models;

/// <summary>
/// y = x · Wᵀ + b with 2:4 weights by cuSPARSELt, the bias fused. For each number of tokens all algorithms are tried once and
/// the weights are compressed for the best; layers of one shape share the choice.
/// </summary>
internal sealed class TwoFourLinear(CudaDevice device, LinearLayer layer, DType dtype, ShapeChoices<(GemmShape, bool Bias), CusparseLtCandidate> choices, CandidateTrials trials) : IExecution
{
    private readonly Dictionary<long, Ready> _byTokens = [];

    public string Kernel => "cusparselt";

    /// <summary>Not in fp32: sparse tensor cores take 32-bit weights 1:2, and a model keeps them 2:4.</summary>
    public static bool Fits(LinearLayer layer, DType dtype) =>
        SparsityPattern.OfSparseTensorCores(dtype) == SparsityPattern.TwoFour
        && CusparseLtKernel.SizeMisfit(new GemmShape(SmallestTokens(dtype), layer.Rows, layer.Columns), dtype) is null;

    public Tensor Forward(Tensor input)
    {
        var x = Aten.Contiguous(input);
        var tokens = x.Elements / layer.Columns;
        // Tokens are padded to what the library takes: a pooled sentence is one token.
        var padded = (tokens + SmallestTokens(dtype) - 1) / SmallestTokens(dtype) * SmallestTokens(dtype);
        if (padded != tokens)
            x = Aten.Cat([Aten.View(x, tokens, layer.Columns), Aten.Zeros([padded - tokens, layer.Columns], x.ScalarType, x.Device)]);
        var y = Aten.Empty([padded, layer.Rows], x.ScalarType, x.Device);
        if (!_byTokens.TryGetValue(padded, out var ready))
            ready = _byTokens[padded] = Prepare(padded, x, y);
        ready.Multiply(device, (ulong)Address(x), (ulong)Address(y));
        GC.KeepAlive(x);
        var result = padded == tokens ? y : Aten.Slice(y, 0, 0, tokens);
        return Aten.View(result, [.. input.Shape[..^1], layer.Rows]);
    }

    public void Dispose()
    {
        foreach (var ready in _byTokens.Values)
            ready.Dispose();
        _byTokens.Clear();
    }

    private static long SmallestTokens(DType dtype) => 16 / (long)dtype.Size().Value;

    private static unsafe nint Address(Tensor tensor) => (nint)tensor.DataPointer;

    private Ready Prepare(long tokens, Tensor x, Tensor y)
    {
        var op = new Gemm(new GemmShape(tokens, layer.Rows, layer.Columns), dtype, SparsityPattern.TwoFour);
        var ready = new Ready(new CusparseLtPlan(device.Context.Toolkit.CusparseLt, op, layer.Bias is { } bias ? (ulong)Address(bias) : null));
        try
        {
            // A negative weight times a mask's 0 is −0, which the library takes for a weight that is kept; −0 + 0 is 0.
            using var weight = Aten.Add(layer.Weight, 0);
            var address = (ulong)Address(weight);
            ready.Plan.RequirePruned(device.Context, address);
            var winner = choices.Of((op.Shape, layer.Bias is not null), () =>
            {
                using var search = new CandidateSearch(device.Context);
                var best = search.Best(ready.Plan.Candidates(device.Context.Architecture, trials), candidate =>
                {
                    if (ready.Plan.Current != candidate)
                        trials.Announce(candidate.Kind);
                    ready.Become(device, candidate, address);
                    ready.Multiply(device, (ulong)Address(x), (ulong)Address(y));
                });
                trials.Announce(null);
                return best.Winner;
            });
            ready.Become(device, winner, address);
            return ready;
        }
        catch
        {
            ready.Dispose();
            throw;
        }
    }

    private sealed class Ready(CusparseLtPlan plan) : IDisposable
    {
        private CudaBuffer? _compressed;
        private CudaBuffer? _workspace;

        public CusparseLtPlan Plan => plan;

        public void Become(CudaDevice device, CusparseLtCandidate candidate, ulong weights)
        {
            if (plan.Current == candidate)
                return;
            device.Context.Synchronize();
            plan.Become(candidate);
            _compressed?.Dispose();
            _workspace?.Dispose();
            _workspace = device.Context.Allocate(Math.Max(16, plan.WorkspaceBytes));
            _compressed = device.Context.Allocate(plan.CompressedBytes);
            plan.Compress(device.Context, weights, _compressed.Address);
        }

        public void Multiply(CudaDevice device, ulong x, ulong y) => plan.Multiply(_compressed!.Address, x, y, _workspace!.Address, device.Context.Stream);

        public void Dispose()
        {
            _workspace?.Dispose();
            _compressed?.Dispose();
            plan.Dispose();
        }
    }
}
