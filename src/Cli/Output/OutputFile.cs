using SparseProf.Ops.Errors;

namespace SparseProf.Cli.Output;

/// <summary>Files that a command will write.</summary>
internal static class OutputFile
{
    /// <summary>Refuses, before the work and not after it, a path that cannot be written.</summary>
    /// <exception cref="UserErrorException">Its folder does not exist, or it is a folder itself.</exception>
    public static string? Checked(string? path, string option)
    {
        if (path is null)
            return null;
        if (Directory.Exists(path))
            throw new UserErrorException(ErrorKind.WrongUsage, $"{path} is a folder") { Where = option, Allowed = "the path of a file" };
        var folder = Path.GetDirectoryName(Path.GetFullPath(path));
        return folder is null || Directory.Exists(folder)
            ? path
            : throw new UserErrorException(ErrorKind.WrongUsage, $"the folder {folder} does not exist") { Where = option, Next = "create it or name another path" };
    }
}
