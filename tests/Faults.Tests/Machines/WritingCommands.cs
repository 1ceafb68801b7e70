using SparseProf.Faults.Tests.Programs;

namespace SparseProf.Faults.Tests.Machines;

/// <summary>Every command that writes, by name, with small inputs, all output into one folder.</summary>
internal sealed class WritingCommands(Scratch inputs)
{
    public static readonly string[] Names = ["measure", "measure results", "train", "import kernels", "import losses", "merge", "fit latency", "fit scaling", "report", "profiles export", "train sweep", "sweep", "sweep database"];

    // Without libtorch these have nothing to do.
    public static bool NeedsTorch(string name) => name.Split(' ')[0] is "measure" or "train" or "sweep";

    public string[] Arguments(string name, string folder) => name switch
    {
        "measure" => ["measure", "--cpu", "--threads", "1", "--quick", "--resume", "--plan", Plan(), "--db", Path.Combine(folder, "measure.db")],
        "measure results" => ["measure", "--cpu", "--threads", "1", "--quick", "--resume", "--plan", Plan(), "--db", Database(), "--plan-results", Path.Combine(folder, "results.csv")],
        "train" => [
            "train", "dense-cnn", "--steps", "8", "--batch", "2", "--threads", "1", "--checkpoint-every", "1ms", "--resume",
            "--checkpoint", Path.Combine(folder, "checkpoint.safetensors"), "--db", Path.Combine(folder, "train.db")],
        "import kernels" => ["import", "kernels", Kernels(), "--profile", "nvidia-h200-sxm-141gb", "--db", Path.Combine(folder, "kernels.db")],
        "import losses" => ["import", "losses", Losses(), "--db", Path.Combine(folder, "losses.db")],
        "merge" => ["merge", Path.Combine(folder, "merged.db"), Shard()],
        "fit latency" => ["fit", "latency", "--csv", Kernels(), "--profile", "nvidia-h200-sxm-141gb", "--out", Path.Combine(folder, "calibration.json")],
        "fit scaling" => ["fit", "scaling", "--csv", Losses(), "--law", "chinchilla", "--bootstrap", "20", "--out", Path.Combine(folder, "fit.json")],
        "report" => ["report", "--db", Shard(), "--html", Path.Combine(folder, "report.html")],
        "profiles export" => ["profiles", "export", "--db", Shard(), "--out", Path.Combine(folder, "profile.json")],
        "train sweep" => ["train", "--sweep", Grid(), "--data", Text(), "--jobs", "1", "--resume", "--db", Path.Combine(folder, "sweep.db")],
        "sweep" => ["sweep", Cases(), "--task-time", "1s", "--sweeps", folder, "--id", "one", "--db", Path.Combine(folder, "sweep.db")],
        "sweep database" => ["sweep", Cases(), "--task-time", "1s", "--sweeps", inputs["sweeps"], "--id", Path.GetFileName(folder), "--db", Path.Combine(folder, "sweep.db")],
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, null),
    };

    /// <summary>What goes on where the command was disturbed: mostly the command itself.</summary>
    public string[] Again(string name, string folder)
    {
        var first = Arguments(name, folder);
        if (first[0] != "sweep")
            return first;
        var (sweeps, id) = (first[Array.IndexOf(first, "--sweeps") + 1], first[Array.IndexOf(first, "--id") + 1]);
        return File.Exists(Path.Combine(sweeps, id, "sweep.json")) ? ["sweep", "resume", id, "--sweeps", sweeps] : first;
    }

    private string Plan() => Made("plan.csv", path => Inputs.MeasurePlan(path, 3));

    private string Cases() => Made("cases.yaml", path => Inputs.SweepPlan(path));

    private string Grid() => Made("grid.json", path => Inputs.Grid(path));

    private string Text() => Made("text", path => Inputs.Text(path));

    private string Kernels() => Made("kernels.csv", path => Inputs.KernelCsv(path, 400));

    private string Losses() => Made("losses.csv", path => Inputs.LossCsv(path, 400));

    private string Shard() => Made("shard.db", path => Inputs.Shard(path, 200, "device"));

    private string Database() => Made("measured.db", path => Inputs.Shard(path, 10, "device"));

    private string Made(string name, Action<string> make)
    {
        if (!Path.Exists(inputs[name]))
            make(inputs[name]);
        return inputs[name];
    }
}
