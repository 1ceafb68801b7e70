using SparseProf.Cli.Sweep.Folder;
using SparseProf.Ops.Errors;

namespace SparseProf.Cli.Sweep.Running;

/// <summary>Held by the one process that follows a sweep; the system lets go of it when that process ends, however it ends.</summary>
internal static class SweepLock
{
    /// <exception cref="UserErrorException">Another process holds it.</exception>
    public static IDisposable Take(SweepFolder folder)
    {
        try
        {
            return new FileStream(Path(folder), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException held)
        {
            throw new UserErrorException(ErrorKind.Failed, "another sparseprof follows this sweep", held) { Where = folder.Path, Next = $"'sparseprof sweep status {folder.Info.Id}' shows how far it is" };
        }
    }

    public static bool IsHeld(SweepFolder folder)
    {
        try
        {
            using var free = new FileStream(Path(folder), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            return false;
        }
        catch (Exception held) when (held is IOException or UnauthorizedAccessException)
        {
            return held is IOException;
        }
    }

    private static string Path(SweepFolder folder) => System.IO.Path.Combine(folder.Path, "follower.lock");
}
