using System.Buffers;

namespace SparseProf.Ops;

/// <summary>Text from files and databases on its way to a terminal or a spreadsheet.</summary>
public static class Printable
{
    // C0, DEL and C1, which steer terminals, and what turns the direction of writing around.
    private static readonly SearchValues<char> s_steering = SearchValues.Create(
        [.. Enumerable.Range(0, 0x20).Concat(Enumerable.Range(0x7f, 0x21)).Concat(Enumerable.Range(0x202a, 5)).Concat(Enumerable.Range(0x2066, 4)).Select(code => (char)code).Except(['\n', '\t'])]);

    /// <summary>The text with a replacement character in place of every one that would steer a terminal; lines and tabs stay.</summary>
    public static string Of(string text) => text.AsSpan().IndexOfAny(s_steering) < 0
        ? text
        : string.Create(text.Length, text, (printed, given) =>
        {
            for (var i = 0; i < given.Length; i++)
                printed[i] = s_steering.Contains(given[i]) ? '\ufffd' : given[i];
        });
}
