using SparseProf.Ops;
using SparseProf.Ops.Units;
using SparseProf.Profiler.Devices.Cuda;
using SparseProf.Profiler.Devices.Cuda.Native;
using SparseProf.Profiler.Devices.Cuda.Native.CusparseLt;

namespace SparseProf.Profiler.Kernels.Cuda;

/// <summary>One 2:4 product: pruned by magnitude, checked by the library, compressed for the algorithm that the search chose.</summary>
internal sealed class CusparseLtGemm : CudaGemm
{
    private CusparseLtPlan _plan = null!;
    private CudaBuffer? _compressed;
    private CudaBuffer? _workspace;
    private ulong _stride;

    private CusparseLtGemm(CudaDevice device, Gemm op, KernelData data)
        : base(device, op, data)
    {
    }

    public override Bytes WeightBytes => new(_plan.CompressedBytes);

    public override Bytes BytesPerCopy => new(_stride + Operands.TokenCount * Operands.Op.DType.Size().Value + Operands.ResultBytes);

    public static CusparseLtGemm Create(CudaDevice device, Gemm op, KernelData data) =>
        Opened(new CusparseLtGemm(device, op, data), product => product.Open(data.Trials));

    protected override void Enqueue(int copy) =>
        _plan.Multiply(_compressed!.Address + (ulong)copy * _stride, Operands.Tokens(copy), Operands.Result(copy), _workspace!.Address, Context.Stream);

    protected override void Release()
    {
        _workspace?.Dispose();
        _compressed?.Dispose();
        _plan?.Dispose();
    }

    private void Open(CandidateTrials trials)
    {
        var pruning = Timed(() => WeightPruning.Apply(Device, Operands, Operands.Op.Pattern));
        _plan = new CusparseLtPlan(Context.Toolkit.CusparseLt, Operands.Op);
        _plan.RequirePruned(Context, Operands.Weights(0));
        using var search = new CandidateSearch(Context);
        var best = search.Best(_plan.Candidates(Context.Architecture, trials), candidate => TryCandidate(candidate, trials));
        trials.Announce(null);
        Become(best.Winner);
        var compressing = Timed(CompressAll) / Copies;
        Choice = new AlgorithmChoice(best.Candidates, best.Refused, best.Seconds, _workspace!.Bytes,
        [
            new("id", best.Winner.Id), new("split_k", best.Winner.SplitK), new("split_k_mode", (int)best.Winner.Mode),
            new("prune_s", pruning), new("compress_s", compressing), new("compressed_bytes", _plan.CompressedBytes),
        ]);
    }

    // The compressed layout may depend on the algorithm, so each candidate brings its own.
    private void TryCandidate(CusparseLtCandidate candidate, CandidateTrials trials)
    {
        if (_plan.Current != candidate)
        {
            trials.Announce(candidate.Kind);
            Become(candidate);
            CompressAll();
        }

        Enqueue(NextCopy());
    }

    private void Become(CusparseLtCandidate candidate)
    {
        Context.Synchronize();
        _plan.Become(candidate);
        _stride = (_plan.CompressedBytes + 255) / 256 * 256;
        Replace(ref _workspace, Math.Max(16, _plan.WorkspaceBytes));
        Replace(ref _compressed, _stride * (ulong)Copies);
    }

    private void CompressAll()
    {
        for (var copy = 0; copy < Copies; copy++)
            _plan.Compress(Context, Operands.Weights(copy), _compressed!.Address + (ulong)copy * _stride);
    }

    private void Replace(ref CudaBuffer? buffer, ulong bytes)
    {
        if (buffer?.Bytes == bytes)
            return;
        buffer?.Dispose();
        buffer = null;
        buffer = Context.Allocate(bytes);
    }

    // Host time of a one-off step, the GPU's work included.
    private double Timed(Action step)
    {
        Context.Synchronize();
        var start = System.Diagnostics.Stopwatch.GetTimestamp();
        step();
        Context.Synchronize();
        return System.Diagnostics.Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
