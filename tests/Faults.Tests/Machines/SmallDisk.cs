using System.Diagnostics;

namespace SparseProf.Faults.Tests.Machines;

/// <summary>A file system in memory of so many bytes, which only root can mount; tests skip without.</summary>
internal sealed class SmallDisk : IDisposable
{
    private SmallDisk(string folder) => Folder = folder;

    public string Folder { get; }

    public string this[string name] => Path.Combine(Folder, name);

    public static SmallDisk OfOrSkip(long bytes)
    {
        var folder = Directory.CreateTempSubdirectory("sparseprof-disk-").FullName;
        if (Run("mount", "-t", "tmpfs", "-o", $"size={bytes}", "tmpfs", folder))
            return new SmallDisk(folder);
        Directory.Delete(folder);
        Assert.Skip("only root can mount a tmpfs to fill");
        return null!;
    }

    public void Resize(long bytes) => Assert.True(Run("mount", "-o", $"remount,size={bytes}", Folder));

    public void MakeReadOnly() => Assert.True(Run("mount", "-o", "remount,ro", Folder));

    public void Dispose()
    {
        if (Run("umount", Folder))
            Directory.Delete(Folder);
    }

    private static bool Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, UseShellExecute = false })!;
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
