namespace SparseProf.Profiler.Doctor;

/// <summary>One thing that was looked for: what was found, and the remedy where it is missing.</summary>
/// <param name="Area">What it belongs to: machine, libtorch, power, cuda…</param>
/// <param name="Detail">Version, path or value that was found, or why it was not.</param>
/// <param name="Remedy">The command or step that mends it; null where nothing needs mending.</param>
public sealed record DoctorCheck(string Area, string Name, DoctorStatus Status, string Detail, string? Remedy = null);

public enum DoctorStatus
{
    Ok,

    /// <summary>Works, with less than there could be.</summary>
    Limited,

    /// <summary>Not there; what needs it cannot run.</summary>
    Missing,
}
