using SparseProf.Cli.Commands;
using SparseProf.Ops.Errors;
using SparseProf.Ops.Units;

namespace SparseProf.Cli.Sweep.Plan;

/// <summary>Reads a plan file. Unknown keys and impossible values are errors with file, line and column.</summary>
internal static class PlanReader
{
    public static readonly string[] RootKeys = ["name", "kernels", "models", "training", "devices", "repeats", "quick", "seed", "time_per_case"];

    private const int MostRepeats = 1000;
    private const int LongestName = 40;

    /// <exception cref="UserErrorException">No such file, or not a plan.</exception>
    public static SweepPlan Read(string path) => Read(YamlText.Read(path));

    /// <summary>Whether a file is a plan by its name; other formats have other endings.</summary>
    public static bool IsPlan(string path) => Path.GetExtension(path).ToLowerInvariant() is ".yaml" or ".yml";

    /// <summary>The one training of a plan.</summary>
    /// <exception cref="UserErrorException">The plan asks for something else, or more.</exception>
    public static TrainingEntry Training(string path) => Read(path) is { Kernels: [], Models: [], Training: [var only] }
        ? only
        : throw new UserErrorException(ErrorKind.WrongUsage, "only a plan of one training grid can be trained in one run") { Where = path, Next = $"sparseprof sweep {path} takes kernels, models and more grids too" };

    /// <param name="path">What errors call the text.</param>
    /// <exception cref="UserErrorException">Not a plan.</exception>
    public static SweepPlan Parse(string text, string path) => Read(YamlText.Parse(text, path));

    private static SweepPlan Read(PlanNode root)
    {
        // A grid of trainings as 'train --sweep' takes it is a plan by itself.
        if (root.Has("tokens"))
            return Checked(root, new PlanFields(root, "the plan", new Dictionary<string, PlanNode>()), [TrainingEntries.Of(root, null)]);
        var fields = root.Fields(RootKeys);
        var time = Time(fields.Find("time_per_case"));
        return Checked(root, fields, [.. (fields.Find("training")?.Items ?? []).Select(entry => TrainingEntries.Of(entry, time))]) with
        {
            Kernels = [.. (fields.Find("kernels")?.Items ?? []).Select(entry => KernelEntries.Of(entry, time))],
            Models = [.. (fields.Find("models")?.Items ?? []).Select(entry => ModelEntries.Of(entry, time))],
        } is var plan && plan.Kernels.Count + plan.Models.Count + plan.Training.Count > 0
            ? Devices(plan, root)
            : throw root.Problem("the plan asks for nothing", "one of kernels, models, training");
    }

    private static SweepPlan Checked(PlanNode root, PlanFields fields, TrainingEntry[] training) => new()
    {
        Path = root.Path,
        Name = fields.Find("name") is { } name ? Named(name) : Plain(Path.GetFileNameWithoutExtension(root.Path)),
        Kernels = [],
        Models = [],
        Training = training,
        Devices = fields.Find("devices") is { } devices ? [.. devices.Entries.Select(entry => DeviceEntries.Of(entry.Key, entry.Value))] : [new PlannedDevice("cpu")],
        Repeats = fields.Find("repeats") is { } repeats ? Repeats(repeats) : [1],
        Quick = fields.Find("quick")?.Flag() ?? false,
        Seed = (int)(fields.Find("seed")?.Whole(0, int.MaxValue) ?? 0),
    };

    /// <summary>A number of repeats, or a list of exactly these.</summary>
    private static int[] Repeats(PlanNode node) => node.Items is [var single] && single == node
        ? [.. Enumerable.Range(1, (int)node.Whole(1, MostRepeats))]
        : [.. node.Items.Select(item => (int)item.Whole(1, MostRepeats)).Distinct().Order()];

    private static SweepPlan Devices(SweepPlan plan, PlanNode root)
    {
        if (plan.Devices.Count == 0)
            throw root.Problem("devices is empty", "one device or more, or no devices for the processor");
        var names = plan.Devices.Select(device => device.Name).ToList();
        var settings = plan.Kernels.Select(entry => entry.Settings).Concat(plan.Models.Select(entry => entry.Settings)).Concat(plan.Training.Select(entry => entry.Settings));
        foreach (var (entry, device) in settings.SelectMany(entry => entry.Devices, (entry, device) => (entry, device)))
        {
            if (!names.Contains(device))
                throw Suggestion.UnknownName("device", device, names, entry.Where);
        }

        return plan;
    }

    /// <summary>A time such as 90s, or null.</summary>
    public static Seconds? Time(PlanNode? node) => node is null ? null : TimeSpanText.Parse(node.Text, node.Where);

    private static string Named(PlanNode node) =>
        IsName(node.Text) ? node.Text : throw node.Problem($"'{node.Text}' is no name", $"letters, digits, '-', '_' and '.', beginning with a letter or digit, at most {LongestName}");

    /// <summary>Whether a text can be part of file names, job names and lists without any quoting.</summary>
    public static bool IsName(string text) =>
        text.Length is > 0 and <= LongestName && char.IsAsciiLetterOrDigit(text[0]) && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.');

    private static string Plain(string text)
    {
        var plain = new string([.. text.Select(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.' ? letter : '-')]).TrimStart('-', '_', '.');
        return plain.Length == 0 ? "sweep" : plain.Length <= LongestName ? plain : plain[..LongestName];
    }
}
