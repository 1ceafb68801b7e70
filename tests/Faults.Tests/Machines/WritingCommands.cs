using SparseProf.Faults.Tests.Programs;

namespace SparseProf.Faults.Tests.Machines;

/// <summary>Every command that writes, by name, with small inputs, all output into one folder.</summary>
internal sealed class WritingCommands(Scratch inputs)
{
    public static readonly string[] Names = ["measure", "measure results", "train", "import kernels", "import losses", "merge", "fit latency", "fit scaling", "report", "profiles export"];

    // Without libtorch these two have nothing to do.
    public static bool NeedsTorch(string name) => name.StartsWith("measure", StringComparison.Ordinal) || name == "train";

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
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, null),
    };

    private string Plan() => Made("plan.csv", path => Inputs.MeasurePlan(path, 3));

    private string Kernels() => Made("kernels.csv", path => Inputs.KernelCsv(path, 400));

    private string Losses() => Made("losses.csv", path => Inputs.LossCsv(path, 400));

    private string Shard() => Made("shard.db", path => Inputs.Shard(path, 200, "device"));

    private string Database() => Made("measured.db", path => Inputs.Shard(path, 10, "device"));

    private string Made(string name, Action<string> make)
    {
        if (!File.Exists(inputs[name]))
            make(inputs[name]);
        return inputs[name];
    }
}
