using SparseProf.Ops.Errors;

namespace SparseProf.Workloads.Training.Checkpoints;

/// <summary>Files that are either the old or the new one, whole, whatever happens in between.</summary>
internal static class AtomicFile
{
    private const string Unfinished = ".unfinished";

    /// <exception cref="UserErrorException">It could not be written; what was there before is unharmed.</exception>
    public static void Write(string path, Action<Stream> write) => Write(path, write, File.Create);

    /// <summary>Refuses, before the work and not after it, a path that cannot be written.</summary>
    /// <exception cref="UserErrorException">It is a folder, or its folder cannot be made or written to.</exception>
    public static void RequireWritable(string path)
    {
        if (Directory.Exists(path))
            throw new UserErrorException(ErrorKind.WrongUsage, "the checkpoint cannot be a folder") { Where = path, Allowed = "the path of a file", Next = "name a file with --checkpoint" };
        var trial = path + Unfinished;
        try
        {
            MakeFolder(path);
            File.Create(trial).Dispose();
            File.Delete(trial);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException(DiskFull.Is(error) ? ErrorKind.Failed : ErrorKind.WrongUsage, $"the checkpoint could not be saved here: {error.Message}", error)
            {
                Where = path,
                Next = DiskFull.Is(error) ? "free some space, or name another --checkpoint" : "name a file in a folder that can be written to with --checkpoint",
            };
        }
    }

    internal static void Write(string path, Action<Stream> write, Func<string, Stream> create)
    {
        var unfinished = path + Unfinished;
        try
        {
            MakeFolder(path);
            using (var stream = create(unfinished))
            {
                write(stream);
                if (stream is FileStream file)
                    file.Flush(flushToDisk: true);
            }

            File.Move(unfinished, path, overwrite: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            if (File.Exists(unfinished))
                File.Delete(unfinished);
            throw new UserErrorException(ErrorKind.Failed, $"the checkpoint could not be saved: {error.Message}", error)
            {
                Where = path,
                Next = (File.Exists(path) ? "the checkpoint before it is unharmed; " : "") + "free some space or choose another --checkpoint, then --resume",
            };
        }
    }

    private static void MakeFolder(string path)
    {
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder)
            Directory.CreateDirectory(folder);
    }
}
