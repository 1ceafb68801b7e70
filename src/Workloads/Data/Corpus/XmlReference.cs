using System.Text;
using System.Xml;

namespace SparseProf.Workloads.Data.Corpus;

/// <summary>
/// The prose of a compiler's documentation file, one document a type: its name, then its members' summaries, parameters,
/// results and remarks, a paragraph a line. References are written as the names they refer to.
/// </summary>
internal static class XmlReference
{
    private static readonly XmlReaderSettings s_settings = new()
    {
        DtdProcessing = DtdProcessing.Prohibit,
        IgnoreComments = true,
        IgnoreProcessingInstructions = true,
    };

    /// <summary>Whether this is a documentation file: its root is doc, with assembly and members in it.</summary>
    public static bool TryRead(string path, string name, List<Document> documents)
    {
        var types = new Dictionary<string, StringBuilder>();
        try
        {
            using var reader = XmlReader.Create(path, s_settings);
            if (reader.MoveToContent() != XmlNodeType.Element || reader.Name != "doc")
                return false;
            while (reader.ReadToFollowing("member"))
            {
                var member = reader.GetAttribute("name") ?? "";
                using var inner = reader.ReadSubtree();
                Append(types, TypeOf(member), ShortName(member), Paragraphs(inner));
            }
        }
        catch (XmlException)
        {
            return false;
        }

        documents.AddRange(types.Select(type => new Document($"{name}/{type.Key}", type.Value.ToString())));
        return true;
    }

    private static void Append(Dictionary<string, StringBuilder> types, string type, string member, List<string> paragraphs)
    {
        if (paragraphs.Count == 0)
            return;
        if (!types.TryGetValue(type, out var text))
            types.Add(type, text = new StringBuilder());
        text.Append(member).Append('\n').AppendJoin('\n', paragraphs).Append('\n');
    }

    private static List<string> Paragraphs(XmlReader member)
    {
        var paragraphs = new List<string>();
        var text = new StringBuilder();
        while (member.Read())
        {
            switch (member.NodeType)
            {
                case XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.SignificantWhitespace or XmlNodeType.Whitespace:
                    text.Append(member.Value);
                    break;
                case XmlNodeType.Element when IsBlock(member.Name):
                    EndParagraph();
                    if (member.Name is "param" or "typeparam" && member.GetAttribute("name") is { } parameter)
                        text.Append(parameter).Append(": ");
                    break;
                case XmlNodeType.EndElement when IsBlock(member.Name):
                    EndParagraph();
                    break;
                case XmlNodeType.Element when member.IsEmptyElement:
                    text.Append(Reference(member));
                    break;
            }
        }

        EndParagraph();
        return paragraphs;

        void EndParagraph()
        {
            var line = string.Join(' ', text.ToString().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
            if (line.Length > 0 && !line.EndsWith(':'))
                paragraphs.Add(line);
            text.Clear();
        }
    }

    private static bool IsBlock(string element) =>
        element is "member" or "summary" or "remarks" or "param" or "typeparam" or "returns" or "value" or "exception" or "example" or "para" or "item" or "code" or "format";

    private static string Reference(XmlReader element) =>
        element.GetAttribute("langword") ?? element.GetAttribute("name") ?? ShortName(element.GetAttribute("cref") ?? "");

    // M:System.Text.Rune.TryCreate(System.Char,System.Text.Rune@) to TryCreate.
    private static string ShortName(string reference)
    {
        var name = WithoutSignature(reference);
        var last = name[(name.LastIndexOf('.') + 1)..];
        var generic = last.IndexOf('`', StringComparison.Ordinal);
        return generic < 0 ? last : last[..generic];
    }

    private static string TypeOf(string member)
    {
        var name = WithoutSignature(member);
        return member.StartsWith("T:", StringComparison.Ordinal) || !name.Contains('.', StringComparison.Ordinal) ? name : name[..name.TrimEnd('.').LastIndexOf('.')];
    }

    private static string WithoutSignature(string reference)
    {
        var name = reference.Length > 2 && reference[1] == ':' ? reference[2..] : reference;
        var parenthesis = name.IndexOf('(', StringComparison.Ordinal);
        return (parenthesis < 0 ? name : name[..parenthesis]).Replace(".#ctor", ".constructor", StringComparison.Ordinal).Replace('#', '.');
    }
}
