using SparseProf.Ops.Errors;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace SparseProf.Cli.Sweep.Plan;

/// <summary>Reads one YAML document (JSON is YAML too) as nodes that know their line and column.</summary>
internal static class YamlText
{
    // Plans are three levels deep; the reader recurses, so a file of brackets must not get to it.
    private const int DeepestNesting = 16;
    private const int LargestFile = 64 * 1024 * 1024;

    /// <exception cref="UserErrorException">No such file, or not one YAML document; the message says where.</exception>
    public static PlanNode Read(string path)
    {
        try
        {
            if (new FileInfo(path) is { Exists: true, Length: > LargestFile })
                throw new UserErrorException(ErrorKind.WrongUsage, "the plan is too large") { Where = path, Allowed = "64 MiB" };
            var text = File.ReadAllText(path);
            return Parse(Path.GetExtension(path).Equals(".json", StringComparison.OrdinalIgnoreCase) ? WithoutComments(text) : text, path);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException(ErrorKind.WrongUsage, $"the plan cannot be read: {refused.Message}", refused) { Where = path, Next = "name a YAML or JSON file; docs/sweeps.md has examples" };
        }
    }

    /// <exception cref="UserErrorException">Not one YAML document.</exception>
    public static PlanNode Parse(string text, string path)
    {
        try
        {
            CheckNesting(text, path);
            var stream = new YamlStream();
            stream.Load(new StringReader(text));
            return stream.Documents.Count == 1
                ? new PlanNode(path, stream.Documents[0].RootNode, "the plan")
                : throw new UserErrorException(ErrorKind.WrongUsage, stream.Documents.Count == 0 ? "the plan is empty" : "the plan holds more than one document") { Where = path, Allowed = "one YAML document" };
        }
        catch (YamlException malformed)
        {
            throw new UserErrorException(ErrorKind.WrongUsage, $"not YAML: {malformed.Message.Split('\n')[0]}", malformed) { Where = $"{path}:{malformed.Start.Line}:{malformed.Start.Column}" };
        }
        catch (Exception malformed) when (malformed is ArgumentException or InvalidOperationException or FormatException or OverflowException or IndexOutOfRangeException)
        {
            throw new UserErrorException(ErrorKind.WrongUsage, $"not YAML: {malformed.Message.Split('\n')[0]}", malformed) { Where = path };
        }
    }

    /// <summary>JSON with its // comments blanked, so that lines and columns stay.</summary>
    private static string WithoutComments(string json)
    {
        var letters = json.ToCharArray();
        var (inText, inComment) = (false, false);
        for (var i = 0; i < letters.Length; i++)
        {
            inComment = letters[i] != '\n' && (inComment || (!inText && letters[i] == '/' && i + 1 < letters.Length && letters[i + 1] == '/'));
            if (inComment)
                letters[i] = ' ';
            else if (letters[i] == '"' && (i == 0 || letters[i - 1] != '\\'))
                inText = !inText;
        }

        return new string(letters);
    }

    private static void CheckNesting(string text, string path)
    {
        var parser = new Parser(new StringReader(text));
        var depth = 0;
        while (parser.MoveNext())
        {
            depth += parser.Current!.NestingIncrease;
            if (depth > DeepestNesting)
                throw new UserErrorException(ErrorKind.WrongUsage, "the plan nests too deep") { Where = $"{path}:{parser.Current.Start.Line}:{parser.Current.Start.Column}", Allowed = "lists of mappings of lists" };
            if (parser.Current is AnchorAlias)
                throw new UserErrorException(ErrorKind.WrongUsage, "a plan has no aliases") { Where = $"{path}:{parser.Current.Start.Line}:{parser.Current.Start.Column}", Next = "write the values out" };
        }
    }
}
