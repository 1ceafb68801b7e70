using SparseProf.Ops;
using SparseProf.Ops.Units;
using SparseProf.Profiler.Kernels;
using SparseProf.Store.Rows;

namespace SparseProf.Profiler.Experiment;

/// <summary>One dense op and its sparse variants, each by every kernel that can compute it.</summary>
public sealed class KernelGroup : CaseGroup
{
    /// <summary>Inputs rotate so that a cold call finds none of them in a cache.</summary>
    private const int ColdCopies = 8;

    private static readonly Seconds s_timePerCase = new(0.9);

    private readonly Dictionary<MeasurementCase, (IKernel Kernel, Op Op)> _kernels = [];
    private readonly TimingMode _mode;
    private readonly int _seed;

    /// <param name="contestants">The same work under different patterns, dense first, each with a kernel that can compute it.</param>
    public KernelGroup(string title, IEnumerable<(Op Op, IKernel Kernel)> contestants, TimingMode mode, int threads, int seed)
    {
        Title = title;
        _mode = mode;
        _seed = seed;
        foreach (var (op, kernel) in contestants)
            _kernels[Case(op, kernel, mode, threads, seed)] = (kernel, op);
    }

    public override string Title { get; }

    public override IReadOnlyList<MeasurementCase> Cases => [.. _kernels.Keys];

    public override Seconds ExpectedTime => _kernels.Count * s_timePerCase;

    public override PreparedGroup Prepare(IReadOnlyList<MeasurementCase> wanted)
    {
        var owned = new DisposableList();
        try
        {
            var cases = new List<PreparedCase>();
            foreach (var planned in wanted)
            {
                var (kernel, op) = _kernels[planned];
                var prepared = owned.Add(kernel.Prepare(op, new KernelData(_seed, _mode == TimingMode.Cold ? ColdCopies : 1)));
                cases.Add(new PreparedCase(planned with { WeightBytes = prepared.WeightBytes.Value }, prepared, prepared.Verify));
            }

            return new PreparedGroup(cases, owned);
        }
        catch
        {
            owned.Dispose();
            throw;
        }
    }

    private static MeasurementCase Case(Op op, IKernel kernel, TimingMode mode, int threads, int seed)
    {
        var described = MeasurementCase.For(op, kernel.Name, mode, Execution.Dense, verified: false);
        return described with
        {
            Library = kernel.Library,
            Algorithm = kernel.Algorithm,
            Threads = threads,
            Seed = seed,
            Execution = described.Pattern == SparsityPattern.Dense.Instance.Text ? Execution.Dense : Execution.Sparse,
        };
    }
}
