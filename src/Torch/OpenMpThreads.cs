using System.Runtime.InteropServices;

namespace SparseProf.Torch;

/// <summary>
/// How OpenMP's threads wait for work. A distribution's libtorch multiplies with the threads of OpenBLAS and does the rest
/// with those of OpenMP. Idle OpenMP threads spin by default, and so take the cores from OpenBLAS: a forward pass of
/// BERT-base over 128 tokens then takes several times as long on two cores.
/// </summary>
internal static partial class OpenMpThreads
{
    /// <summary>
    /// Lets idle threads sleep, unless OMP_WAIT_POLICY says otherwise. OpenMP reads it when it is loaded, from the native
    /// environment, which .NET's own setting does not reach.
    /// </summary>
    public static void WaitPassively() => _ = SetVariable("OMP_WAIT_POLICY", "passive", overwrite: 0);

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetVariable(string name, string value, int overwrite);
}
