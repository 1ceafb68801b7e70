using System.Runtime.InteropServices;

namespace SparseProf.Torch;

/// <summary>
/// How OpenMP's threads wait for work. A distribution's libtorch multiplies with the threads of OpenBLAS and does the rest
/// with those of OpenMP. OpenMP threads that spin for long, as they do by default, take the cores from OpenBLAS: a
/// transformer's step then takes twice as long on two cores. Those that sleep at once have to be woken for every small
/// operator: a small convolutional network's step then takes twice as long. A short spin costs neither.
/// </summary>
internal static partial class OpenMpThreads
{
    // About a tenth of a millisecond: longer than the gap between two operators, shorter than a large product.
    private const string Spins = "8000";

    /// <summary>
    /// Lets idle threads spin briefly and then sleep, unless OMP_WAIT_POLICY or GOMP_SPINCOUNT says otherwise. OpenMP reads
    /// them when it is loaded, from the native environment, which .NET's own setting does not reach.
    /// </summary>
    public static void WaitBriefly()
    {
        if (Environment.GetEnvironmentVariable("OMP_WAIT_POLICY") is null)
            _ = SetVariable("GOMP_SPINCOUNT", Spins, overwrite: 0);
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetVariable(string name, string value, int overwrite);
}
