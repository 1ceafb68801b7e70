using SparseProf.Ops.Errors;

namespace SparseProf.Workloads.Training.Checkpoints;

/// <summary>Files that are either the old or the new one, whole, whatever happens in between.</summary>
internal static class AtomicFile
{
    /// <exception cref="UserErrorException">It could not be written; what was there before is unharmed.</exception>
    public static void Write(string path, Action<Stream> write) => Write(path, write, File.Create);

    internal static void Write(string path, Action<Stream> write, Func<string, Stream> create)
    {
        var unfinished = path + ".unfinished";
        try
        {
            if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder)
                Directory.CreateDirectory(folder);
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
}
