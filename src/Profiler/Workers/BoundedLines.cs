using System.Text;

namespace SparseProf.Profiler.Workers;

/// <summary>
/// Cuts what another program prints into lines without ever holding more than so much of one: of a line that never ends
/// the end is kept.
/// </summary>
internal static class BoundedLines
{
    // A library's messages are shorter; a line of ours has its mark within this.
    private const int MostNoise = 4096;

    // Hundreds of thousands of samples as text.
    private const int MostMarked = 8 << 20;

    /// <summary>Reads to the end of the stream.</summary>
    /// <param name="mark">Lines that hold it may be long.</param>
    public static void Read(TextReader input, string mark, Action<string> line)
    {
        var buffer = new char[4096];
        var current = new StringBuilder();
        var marked = false;
        int count;
        while ((count = input.Read(buffer, 0, buffer.Length)) > 0)
        {
            foreach (var letter in buffer.AsSpan(0, count))
            {
                if (letter == '\n')
                {
                    line(current.ToString().TrimEnd('\r'));
                    current.Clear();
                    marked = false;
                    continue;
                }

                current.Append(letter);
                if (letter == mark[^1] && !marked)
                    marked = EndsWith(current, mark);
                if (current.Length > (marked ? MostMarked : 2 * MostNoise))
                {
                    current.Remove(0, current.Length - MostNoise);
                    marked = false;
                }
            }
        }

        if (current.Length > 0)
            line(current.ToString());
    }

    private static bool EndsWith(StringBuilder text, string end)
    {
        if (text.Length < end.Length)
            return false;
        for (var i = 0; i < end.Length; i++)
        {
            if (text[text.Length - end.Length + i] != end[i])
                return false;
        }

        return true;
    }
}
