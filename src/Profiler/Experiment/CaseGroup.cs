using SparseProf.Ops;
using SparseProf.Ops.Units;
using SparseProf.Profiler.Devices;
using SparseProf.Profiler.Kernels;
using SparseProf.Store.Rows;

namespace SparseProf.Profiler.Experiment;

/// <summary>Cases that answer one question, so they are measured interleaved: the ways to compute one op, or to run one model.</summary>
public abstract class CaseGroup
{
    /// <summary>What progress shows.</summary>
    public abstract string Title { get; }

    /// <summary>Known before anything is allocated, so that a resumed run can leave out what is stored. None is verified yet.</summary>
    public abstract IReadOnlyList<MeasurementCase> Cases { get; }

    /// <summary>Wall time that measuring the group is expected to take; only the order of magnitude matters.</summary>
    public abstract Seconds ExpectedTime { get; }

    /// <summary>Allocates what the group needs.</summary>
    /// <param name="wanted">The cases to prepare, some or all of <see cref="Cases"/>.</param>
    public abstract PreparedGroup Prepare(IReadOnlyList<MeasurementCase> wanted);
}

/// <summary>A group that is ready to be verified and timed.</summary>
public sealed record PreparedGroup(IReadOnlyList<PreparedCase> Cases, IDisposable Owned) : IDisposable
{
    /// <summary>What preparing found out, by name, to be kept with the run.</summary>
    public IReadOnlyDictionary<string, double> Observations { get; init; } = new Dictionary<string, double>();

    public void Dispose() => Owned.Dispose();
}

/// <summary>One case with the work that it times.</summary>
/// <param name="Verify">Compares the result with a reference; called once, before the first sample.</param>
public sealed record PreparedCase(MeasurementCase Case, ITimedWork Work, Func<Correctness> Verify);
