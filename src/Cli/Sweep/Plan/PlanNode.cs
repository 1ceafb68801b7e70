using System.Globalization;
using SparseProf.Ops.Errors;
using YamlDotNet.RepresentationModel;

namespace SparseProf.Cli.Sweep.Plan;

/// <summary>A value of a plan with its place in the file; whoever asks for what it is not gets an error that names the place.</summary>
/// <param name="name">The key under which it stands.</param>
internal sealed class PlanNode(string path, YamlNode node, string name)
{
    public string Path => path;

    public int Line => (int)node.Start.Line;

    public string Where => $"{path}:{node.Start.Line}:{node.Start.Column}";

    /// <summary>The items of a list; a value that stands alone is a list of one.</summary>
    /// <exception cref="UserErrorException">An empty list.</exception>
    public IReadOnlyList<PlanNode> Items => node switch
    {
        YamlSequenceNode { Children.Count: 0 } => throw Problem($"{name} is an empty list", "one value or more"),
        YamlSequenceNode list => [.. list.Children.Select(item => new PlanNode(path, item, name))],
        _ => [this],
    };

    /// <exception cref="UserErrorException">A list, a mapping, or nothing.</exception>
    public string Text => node is YamlScalarNode { Value: { Length: > 0 } value } ? value : throw Problem($"{name} is {Kind()}", "a single value");

    /// <summary>The fields of a mapping.</summary>
    /// <exception cref="UserErrorException">Not a mapping, or a key that is not allowed.</exception>
    public PlanFields Fields(params string[] allowed)
    {
        if (node is not YamlMappingNode mapping)
            throw Problem($"{name} is {Kind()}", $"a mapping with {string.Join(", ", allowed)}");
        var fields = new Dictionary<string, PlanNode>();
        foreach (var (key, value) in mapping.Children)
        {
            var text = new PlanNode(path, key, "a key").Text;
            if (!allowed.Contains(text))
                throw Suggestion.UnknownName("key", text, allowed, new PlanNode(path, key, text).Where);
            fields[text] = new PlanNode(path, value, text);
        }

        return new PlanFields(this, name, fields);
    }

    /// <summary>The entries of a mapping whose keys are names of the user's own.</summary>
    public IReadOnlyList<(string Key, PlanNode Value)> Entries => node is YamlMappingNode mapping
        ? [.. mapping.Children.Select(entry => (new PlanNode(path, entry.Key, "a name").Text, new PlanNode(path, entry.Value, ((YamlScalarNode)entry.Key).Value!)))]
        : throw Problem($"{name} is {Kind()}", "a mapping from names");

    public bool Has(string key) => node is YamlMappingNode mapping && mapping.Children.Keys.Any(known => known is YamlScalarNode { Value: { } text } && text == key);

    /// <exception cref="UserErrorException">Not a number in the range.</exception>
    public double Number(double least, double most) =>
        double.TryParse(Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most
            ? value
            : throw Problem($"{name} is '{Text}'", $"a number from {Plain(least)} to {Plain(most)}");

    /// <exception cref="UserErrorException">Not a whole number in the range.</exception>
    public long Whole(long least, long most) =>
        double.TryParse(Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value == Math.Floor(value) && value >= least && value <= most
            ? (long)value
            : throw Problem($"{name} is '{Text}'", $"a whole number from {Plain(least)} to {Plain(most)}");

    /// <exception cref="UserErrorException">Neither true nor false.</exception>
    public bool Flag() => Text.ToLowerInvariant() switch
    {
        "true" or "yes" => true,
        "false" or "no" => false,
        _ => throw Problem($"{name} is '{Text}'", "true or false"),
    };

    public UserErrorException Problem(string what, string? allowed = null, string? next = null) =>
        new(ErrorKind.WrongUsage, what) { Where = Where, Allowed = allowed, Next = next };

    private static string Plain(double value) => value.ToString("0.############", CultureInfo.InvariantCulture);

    private string Kind() => node switch
    {
        YamlSequenceNode => "a list",
        YamlMappingNode => "a mapping",
        YamlScalarNode { Value: null or "" } => "empty",
        YamlScalarNode scalar => $"'{scalar.Value}'",
        _ => "something else",
    };
}

/// <summary>The fields of a mapping, all of them allowed.</summary>
internal sealed class PlanFields(PlanNode owner, string name, IReadOnlyDictionary<string, PlanNode> fields)
{
    public PlanNode Owner => owner;

    public PlanNode? Find(string key) => fields.GetValueOrDefault(key);

    /// <exception cref="UserErrorException">The key is missing.</exception>
    public PlanNode Require(string key) => Find(key) ?? throw owner.Problem($"{name} lacks {key}");

    /// <summary>The items under a key, read one by one; <paramref name="otherwise"/> where it is missing.</summary>
    public IReadOnlyList<T> Axis<T>(string key, Func<PlanNode, T> read, params T[] otherwise) => Find(key) is { } node ? [.. node.Items.Select(read)] : otherwise;
}
