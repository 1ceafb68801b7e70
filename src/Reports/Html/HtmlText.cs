using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace SparseProf.Reports.Html;

/// <summary>Text on its way into a page. Nothing reaches the page by another way.</summary>
internal static class HtmlText
{
    /// <summary>For content and quoted attributes.</summary>
    public static string Escape(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return "";
        var escaped = new StringBuilder(text.Length + 16);
        foreach (var character in text)
        {
            _ = character switch
            {
                '&' => escaped.Append("&amp;"),
                '<' => escaped.Append("&lt;"),
                '>' => escaped.Append("&gt;"),
                '"' => escaped.Append("&quot;"),
                '\'' => escaped.Append("&#39;"),
                // Control characters have no place in HTML.
                < ' ' and not '\n' and not '\t' => escaped.Append(' '),
                _ => escaped.Append(character),
            };
        }

        return escaped.ToString();
    }

    /// <summary>A sentence, in which a command in quotes ('sparseprof …') is set as code.</summary>
    public static string Prose(string text) => s_command.Replace(s_unit.Replace(Escape(text), "\u00a0"), "<code>${command}</code>");

    private static readonly Regex s_command = new("&#39;(?<command>sparseprof [^<]*?)&#39;", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1));

    // A number and its unit stay on one line.
    private static readonly Regex s_unit = new(@"(?<=\d) (?=(?:[mµn]?s|%|[KMG]iB|[kMG]?[JWB]|[GT]?FLOP(?:/s)?|USD)\b|%)", RegexOptions.None, TimeSpan.FromSeconds(1));

    /// <summary>JSON that may stand inside a script element: the default encoder writes &lt; and &amp; as \u escapes.</summary>
    public static string Json<T>(T value) => JsonSerializer.Serialize(value, s_json);

    private static readonly JsonSerializerOptions s_json = new() { Encoder = JavaScriptEncoder.Create(System.Text.Unicode.UnicodeRanges.All) };
}
