using SparseProf.Ops.Units;
using SparseProf.Profiler.Sampling;

namespace SparseProf.Profiler.Doctor;

/// <summary>Everything that doctor looks for, in the order in which it is read.</summary>
public static class Examination
{
    /// <summary>Until answers are no longer waited for; with <see cref="CapabilityMatrix.Ending"/> and the program's start all of it stays under a minute.</summary>
    public static readonly Seconds Time = new(50);

    // A libtorch with CUDA is gigabytes to load, and asks the driver.
    private const double TorchShare = 0.4;

    /// <param name="budget">What has not answered when it is spent is told as such.</param>
    public static IReadOnlyList<DoctorCheck> Run(TimeBudget budget) =>
    [
        .. MachineChecks.Run(),
        .. TimelyChecks.Within(TorchShare * budget.Left, TorchChecks.Area, TorchChecks.Run),
        .. CudaChecks.Run(budget),
    ];
}
