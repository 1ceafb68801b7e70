using BenchmarkDotNet.Attributes;
using SparseProf.Ops;
using SparseProf.Profiler.Kernels;
using SparseProf.Profiler.Kernels.Threading;

namespace SparseProf.Kernels;

/// <summary>A call of our sparse kernel for an op, on all processors, with the same operands again and again.</summary>
public abstract class PreparedBenchmark
{
    private WorkerTeam? _team;
    private IPreparedKernel? _prepared;

    protected abstract Op Op { get; }

    [GlobalSetup]
    public void Prepare()
    {
        _team = new WorkerTeam(Environment.ProcessorCount);
        _prepared = CpuKernels.Sparse(_team).For(Op)[0].Prepare(Op, new KernelData());
        if (!_prepared.Verify().Passed)
            throw new InvalidOperationException($"wrong result of {Op}");
    }

    [GlobalCleanup]
    public void Release()
    {
        _prepared?.Dispose();
        _team?.Dispose();
    }

    [Benchmark]
    public void Run() => _prepared!.Run(0);
}
