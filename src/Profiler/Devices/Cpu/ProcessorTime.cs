namespace SparseProf.Profiler.Devices.Cpu;

/// <summary>Processor time of the whole machine since it started, in clock ticks (/proc/stat, first line).</summary>
/// <param name="Busy">User, nice, system and interrupts.</param>
/// <param name="Steal">Taken by the hypervisor for other guests.</param>
public readonly record struct ProcessorTime(double Busy, double Idle, double Steal)
{
    public double Total => Busy + Idle + Steal;

    /// <summary>Null where the kernel does not tell.</summary>
    public static ProcessorTime? Read(HostFiles files)
    {
        var fields = files.Read("/proc/stat")?.Split('\n')[0].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (fields is not ["cpu", _, _, _, _, _, _, _, ..])
            return null;
        var ticks = fields.Skip(1).Select(field => double.TryParse(field, out var value) ? value : 0).ToArray();
        return new ProcessorTime(ticks[0] + ticks[1] + ticks[2] + ticks[5] + ticks[6], ticks[3] + ticks[4], ticks.Length > 7 ? ticks[7] : 0);
    }

    public static ProcessorTime operator -(ProcessorTime later, ProcessorTime earlier) =>
        new(later.Busy - earlier.Busy, later.Idle - earlier.Idle, later.Steal - earlier.Steal);
}
