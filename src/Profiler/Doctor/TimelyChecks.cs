using System.Runtime.ExceptionServices;
using SparseProf.Ops.Units;

namespace SparseProf.Profiler.Doctor;

/// <summary>Checks that are not waited for without end: a driver may hang in any call, and a call cannot be taken back.</summary>
internal static class TimelyChecks
{
    /// <summary>What is found within the time; else one check that says so, while the look goes on in a thread that ends with the program.</summary>
    public static IReadOnlyList<DoctorCheck> Within(Seconds time, string area, Func<IEnumerable<DoctorCheck>> look)
    {
        IReadOnlyList<DoctorCheck> found = [];
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                found = [.. look()];
            }
            catch (Exception error)
            {
                failure = ExceptionDispatchInfo.Capture(error);
            }
        })
        { IsBackground = true, Name = $"checks of {area}" };
        thread.Start();
        if (!thread.Join(TimeSpan.FromSeconds(Math.Max(0, time.Value))))
            return [new DoctorCheck(area, "answer", DoctorStatus.Missing, $"none within {time}", "try 'nvidia-smi': where it hangs too, the driver does, and a restart of the machine helps; a slow disk needs a longer --time-budget")];
        failure?.Throw();
        return found;
    }
}
