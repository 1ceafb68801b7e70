using System.Globalization;
using System.Text;

namespace SparseProf.Profiler.Kernels.Cuda;

/// <summary>The winner of a search over a library's algorithms: both sides of a comparison get the same effort.</summary>
/// <param name="Candidates">How many were timed.</param>
/// <param name="Refused">How many the library refused for this shape.</param>
/// <param name="BestSeconds">Of the winner, in the search.</param>
/// <param name="Settings">What the winner consists of, by name: id, tile, split_k…</param>
internal sealed record AlgorithmChoice(
    int Candidates, int Refused, double BestSeconds, ulong WorkspaceBytes, IReadOnlyList<KeyValuePair<string, double>> Settings)
{
    public static AlgorithmChoice None { get; } = new(0, 0, 0, 0, []);

    /// <summary>One line for the store: <c>id=66 tile=18 split_k=1 candidates=24 refused=3 workspace=33554432</c>.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (var (name, value) in Settings)
            text.Append(CultureInfo.InvariantCulture, $"{name}={value:G6} ");
        return text.Append(CultureInfo.InvariantCulture, $"candidates={Candidates} refused={Refused} workspace={WorkspaceBytes}").ToString();
    }
}
