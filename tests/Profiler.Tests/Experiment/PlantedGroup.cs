using SparseProf.Ops;
using SparseProf.Ops.Units;
using SparseProf.Profiler.Experiment;
using SparseProf.Profiler.Kernels;
using SparseProf.Profiler.Tests.Sampling;
using SparseProf.Store.Rows;

namespace SparseProf.Profiler.Tests.Experiment;

/// <summary>Cases whose times, correctness and failures are planted, by the name of their kernel.</summary>
internal sealed class PlantedGroup(string title, params string[] kernels) : CaseGroup
{
    public override string Title => title;

    public override IReadOnlyList<MeasurementCase> Cases => [.. kernels.Select(Case)];

    public override Seconds ExpectedTime => new(1);

    /// <summary>Thrown in place of preparing.</summary>
    public Exception? Failure { get; init; }

    /// <summary>The relative error of each kernel's result; the tolerance is 1e-3.</summary>
    public Func<string, double> Error { get; init; } = _ => 0;

    /// <summary>Seconds of a call, by kernel and number of the call.</summary>
    public Func<string, int, double> Time { get; init; } = (_, _) => 1e-3;

    public Dictionary<string, double> Observations { get; init; } = [];

    /// <summary>What was made for each kernel that was prepared.</summary>
    public Dictionary<string, PlantedWork> Works { get; } = [];

    public bool IsDisposed { get; private set; }

    public override PreparedGroup Prepare(IReadOnlyList<MeasurementCase> wanted)
    {
        if (Failure is not null)
            throw Failure;
        foreach (var planned in wanted)
            Works[planned.Kernel] = new PlantedWork(call => Time(planned.Kernel, call));
        return new PreparedGroup(
            [.. wanted.Select(planned => new PreparedCase(planned, Works[planned.Kernel], () => new Correctness(Error(planned.Kernel), 1e-3)))],
            new Owned(this))
        {
            Observations = Observations,
        };
    }

    private MeasurementCase Case(string kernel) => MeasurementCase.For(
        new Softmax(title.Length, 64, DType.Fp32), kernel, TimingMode.Hot, Execution.Dense, verified: false);

    private sealed class Owned(PlantedGroup group) : IDisposable
    {
        public void Dispose() => group.IsDisposed = true;
    }
}
