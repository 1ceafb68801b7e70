using System.Runtime.InteropServices;
using SparseProf.Ops.Units;

namespace SparseProf.Profiler.Power;

/// <summary>Processor time of the calling thread, which shows what watching costs whatever else the machine does.</summary>
internal static partial class ThreadTime
{
    // CLOCK_THREAD_CPUTIME_ID of Linux.
    private const int ThreadClock = 3;

    /// <summary>Since the thread began; null where the system does not tell.</summary>
    public static Seconds? Now => OperatingSystem.IsLinux() && Read(ThreadClock, out var time) == 0 ? new Seconds(time.Seconds + time.Nanoseconds * 1e-9) : null;

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int Read(int clock, out Time time);

    [StructLayout(LayoutKind.Sequential)]
    private struct Time
    {
        public nint Seconds;
        public nint Nanoseconds;
    }
}
