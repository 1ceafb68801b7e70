using System.Runtime.InteropServices;

namespace SparseProf.Torch;

/// <summary>
/// How OpenMP's threads wait for work, and where. A distribution's libtorch multiplies with the threads of OpenBLAS and does
/// the rest with those of OpenMP. OpenMP threads that spin for long, as they do by default, take the cores from OpenBLAS: a
/// transformer's step then takes twice as long on two cores. Those that sleep at once have to be woken for every small
/// operator: a small convolutional network's step then takes twice as long. A short spin costs neither, if the woken thread
/// has a core of its own: left to itself, Linux often wakes it on the caller's, and the two take turns for milliseconds.
/// </summary>
public static partial class OpenMpThreads
{
    // About a tenth of a millisecond: longer than the gap between two operators, shorter than a large product.
    private const string Spins = "8000";

    private static readonly string[] s_placing = ["OMP_PLACES", "OMP_PROC_BIND", "GOMP_CPU_AFFINITY"];

    // Of the process, before OpenMP bound the thread that calls it to the first core; a later look for libtorch comes too late to tell.
    private static ProcessorMask? s_processors;

    /// <summary>
    /// Frees the calling thread, for work beside the thread that OpenMP bound: a thread begins with the processors of the one
    /// that started it.
    /// </summary>
    public static void Unbind() => s_processors?.Apply();

    /// <summary>Runs work on a free thread of its own; a process that it starts is free too.</summary>
    public static T Unbound<T>(Func<T> work)
    {
        var task = new Task<T>(() =>
        {
            Unbind();
            return work();
        }, TaskCreationOptions.LongRunning);
        task.Start(TaskScheduler.Default);
        return task.GetAwaiter().GetResult();
    }

    /// <summary>
    /// Lets idle threads spin briefly and then sleep, each on a core of its own, unless the environment says otherwise. OpenMP
    /// reads it when it is loaded, from the native environment, which .NET's own setting does not reach.
    /// </summary>
    internal static void WaitBrieflyInPlace()
    {
        if (Environment.GetEnvironmentVariable("OMP_WAIT_POLICY") is null)
            _ = SetVariable("GOMP_SPINCOUNT", Spins, overwrite: 0);
        if (s_placing.Any(name => Environment.GetEnvironmentVariable(name) is not null))
            return;
        s_processors ??= ProcessorMask.Current();
        _ = SetVariable("OMP_PLACES", "cores", overwrite: 0);
        _ = SetVariable("OMP_PROC_BIND", "true", overwrite: 0);
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetVariable(string name, string value, int overwrite);
}
