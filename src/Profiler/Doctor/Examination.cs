namespace SparseProf.Profiler.Doctor;

/// <summary>Everything that doctor looks for, in the order in which it is read.</summary>
public static class Examination
{
    public static IReadOnlyList<DoctorCheck> Run() => [.. MachineChecks.Run(), .. TorchChecks.Run(), .. CudaChecks.Run()];
}
