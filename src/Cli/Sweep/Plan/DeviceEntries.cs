using SparseProf.CostModel.Hardware;
using SparseProf.Ops.Errors;

namespace SparseProf.Cli.Sweep.Plan;

/// <summary>Reads the devices of a plan.</summary>
internal static class DeviceEntries
{
    private const int Most = 4096;

    // What Slurm itself uses in these values: features and counts, lists and ranges of nodes, memory with a unit.
    private const string SlurmLetters = "-_.,:=[]()&|*!+/";

    public static PlannedDevice Of(string name, PlanNode node)
    {
        if (!PlanReader.IsName(name))
            throw node.Problem($"'{name}' is no name of a device", "letters, digits, '-', '_' and '.', beginning with a letter or digit");
        var fields = node.Fields("kind", "profile", "calibration", "threads", "workers", "gpus", "slurm");
        var kind = fields.Find("kind")?.Text ?? (name == "cpu" ? "cpu" : "gpu");
        if (kind is not ("cpu" or "gpu"))
            throw Suggestion.UnknownName("kind", kind, ["cpu", "gpu"], fields.Find("kind")!.Where);
        Refuse(fields, kind == "cpu" ? ["gpus"] : ["threads", "workers"], kind);
        return new PlannedDevice(name)
        {
            IsGpu = kind == "gpu",
            Profile = fields.Find("profile") is { } profile ? Profile(profile) : null,
            Calibration = fields.Find("calibration") is { } calibration ? Beside(calibration) : null,
            Threads = (int?)fields.Find("threads")?.Whole(1, Most),
            Workers = (int)(fields.Find("workers")?.Whole(1, Most) ?? 1),
            Gpus = fields.Axis("gpus", index => (int)index.Whole(0, Most), 0),
            Slurm = fields.Find("slurm") is { } slurm ? Resources(slurm) : new SlurmResources(),
        };
    }

    /// <summary>A path of the plan, from the folder that the plan lies in.</summary>
    /// <exception cref="UserErrorException">No path.</exception>
    public static string Beside(PlanNode node) => node.Text.Contains('\0', StringComparison.Ordinal)
        ? throw node.Problem("a path has a zero character", "the path of a file, from the plan's folder")
        : Path.GetFullPath(node.Text, Path.GetDirectoryName(Path.GetFullPath(node.Path))!);

    private static string Profile(PlanNode node)
    {
        if (ProfileCatalog.Ids.Contains(node.Text))
            return node.Text;
        var file = Beside(node);
        if (File.Exists(file))
            return file;
        throw Suggestion.UnknownName("profile", node.Text, [.. ProfileCatalog.Ids], node.Where);
    }

    private static void Refuse(PlanFields fields, string[] keys, string kind)
    {
        foreach (var key in keys)
        {
            if (fields.Find(key) is { } node)
                throw node.Problem($"a {kind} has no {key}", next: "leave it out, or give kind");
        }
    }

    private static SlurmResources Resources(PlanNode node)
    {
        var fields = node.Fields("partition", "constraint", "gres", "account", "qos", "memory", "nodelist", "exclude", "cpus", "exclusive", "at_a_time");
        return new SlurmResources
        {
            Partition = Value("partition"),
            Constraint = Value("constraint"),
            Gres = Value("gres"),
            Account = Value("account"),
            Qos = Value("qos"),
            Memory = Value("memory"),
            Nodelist = Value("nodelist"),
            Exclude = Value("exclude"),
            Cpus = (int?)fields.Find("cpus")?.Whole(1, Most),
            Exclusive = fields.Find("exclusive")?.Flag() ?? false,
            AtATime = (int?)fields.Find("at_a_time")?.Whole(1, Most),
        };

        string? Value(string key)
        {
            if (fields.Find(key) is not { } field)
                return null;
            return field.Text.All(letter => char.IsAsciiLetterOrDigit(letter) || SlurmLetters.Contains(letter, StringComparison.Ordinal))
                ? field.Text
                : throw field.Problem($"'{field.Text}' is no {key} that Slurm knows", $"letters, digits and {SlurmLetters}");
        }
    }
}
