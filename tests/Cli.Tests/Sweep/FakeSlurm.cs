namespace SparseProf.Cli.Tests.Sweep;

/// <summary>Slurm's commands as scripts in front of the PATH: jobs run one after the other on this machine. What sbatch was given is kept.</summary>
internal sealed class FakeSlurm : IDisposable
{
    private readonly string _path = Environment.GetEnvironmentVariable("PATH") ?? "";

    public FakeSlurm(string folder)
    {
        Folder = folder;
        Directory.CreateDirectory(folder);
        Script("sbatch", """
            [ "$1" = --version ] && { echo "slurm 0"; exit 0; }
            for word; do printf '%s\n' "$word" >>"$here/sbatch.words"; case $word in --array=*) last=${word##*-};; --job-name=*) name=${word#*=};; --chdir=*) dir=${word#*=};; esac; done
            id=$(cat "$here/id" 2>/dev/null || echo 0); id=$((id + 1)); echo $id >"$here/id"
            for i in $(seq "$last"); do echo "$name|$i|PENDING|None" >"$here/$id.$i"; done
            ( cd "$dir"; for i in $(seq "$last"); do [ -e "$here/$id.$i" ] || continue; echo "$name|$i|RUNNING|None" >"$here/$id.$i"; SLURM_ARRAY_TASK_ID=$i sh "$word" >>"$here/log" 2>&1; rm -f "$here/$id.$i"; done ) >/dev/null 2>&1 &
            echo $id
            """);
        Script("squeue", "cat \"$here\"/*.[0-9]* 2>/dev/null; exit 0");
        Script("scancel", "for id; do rm -f \"$here/$id\".*; done; echo \"$@\" >>\"$here/scancel.words\"");
        Script("scontrol", "echo 'MaxArraySize            = 3'");
        Script("sacct", "echo 'Slurm accounting storage is disabled' >&2; exit 1");
        Environment.SetEnvironmentVariable("PATH", $"{folder}:{_path}");
    }

    public string Folder { get; }

    /// <summary>Every argument of every sbatch, one a line.</summary>
    public string[] SbatchWords => File.Exists(Path.Combine(Folder, "sbatch.words")) ? File.ReadAllLines(Path.Combine(Folder, "sbatch.words")) : [];

    public void Dispose() => Environment.SetEnvironmentVariable("PATH", _path);

    private void Script(string name, string body)
    {
        var path = Path.Combine(Folder, name);
        File.WriteAllText(path, $"#!/bin/sh\nhere=$(dirname \"$0\")\n{body}\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
