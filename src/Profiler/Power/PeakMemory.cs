using System.Runtime.InteropServices;
using SparseProf.Ops.Units;
using SparseProf.Profiler.Devices.Cpu;

namespace SparseProf.Profiler.Power;

/// <summary>
/// The highest resident memory of this process since <see cref="Begin"/> (VmHWM, reset through /proc/self/clear_refs):
/// weights, activations, libraries and the runtime together. What was resident before stays in it; measure a model in a
/// process that has released the one before.
/// </summary>
public sealed partial class PeakMemory
{
    /// <summary>How the scope is named in the store.</summary>
    public const string Scope = "process resident";

    private readonly HostFiles _files;

    private PeakMemory(HostFiles files, string? missingBecause)
    {
        _files = files;
        MissingBecause = missingBecause;
    }

    /// <summary>Why there is no peak of its own; null where there is.</summary>
    public string? MissingBecause { get; }

    /// <summary>Null where the kernel does not tell, or keeps only the peak since the process began.</summary>
    public Bytes? Value => MissingBecause is null ? Resident(_files) : null;

    /// <summary>Forgets the peak so far.</summary>
    public static PeakMemory Begin(HostFiles? files = null)
    {
        files ??= HostFiles.System;
        ReturnFreedMemory();
        if (Resident(files) is null)
            return new(files, "the kernel does not tell the peak (no VmHWM in /proc/self/status)");
        try
        {
            File.WriteAllText(files.PathOf("/proc/self/clear_refs"), "5");
            return new(files, null);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return new(files, $"the peak cannot be reset: {refused.Message}");
        }
    }

    // The C library keeps freed memory for itself; the model before would be counted with the one that is measured.
    private static void ReturnFreedMemory()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        if (OperatingSystem.IsLinux() && NativeLibrary.TryGetExport(NativeLibrary.GetMainProgramHandle(), "malloc_trim", out _))
            _ = TrimHeap(0);
    }

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int TrimHeap(nint padding);

    private static Bytes? Resident(HostFiles files) =>
        double.TryParse(HostFiles.Field(files.Read("/proc/self/status"), "VmHWM")?.Split(' ')[0], out var kibibytes) ? new Bytes(kibibytes * 1024) : null;
}
