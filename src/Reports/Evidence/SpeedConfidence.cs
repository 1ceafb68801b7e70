using SparseProf.Ops.Statistics;

namespace SparseProf.Reports.Evidence;

/// <summary>How far the speeds of the candidates can be trusted.</summary>
/// <param name="Decided">Candidates whose interval decides.</param>
/// <param name="Doubtful">Candidates whose measurement carries a caveat.</param>
/// <param name="Doubts">Names of the caveats.</param>
public sealed record SpeedConfidence(int Decided, int All, int Doubtful, string Doubts)
{
    public string Word => WordOf(Decided, All, (double)Doubtful / All);

    public static SpeedConfidence Of(IReadOnlyList<Candidate> candidates) => new(
        candidates.Count(candidate => candidate.Verdict != Verdict.Undecided), candidates.Count, candidates.Count(candidate => candidate.Measured.Caveats.Count > 0),
        string.Join(", ", candidates.SelectMany(candidate => candidate.Measured.Caveats).Select(observed => observed.Caveat.Name).Distinct().Order()));

    /// <summary>high: all intervals decide and few doubts; moderate: at least half decide; low otherwise.</summary>
    public static string WordOf(int decided, int all, double doubtful) =>
        decided == all && doubtful <= 0.25 ? "high" : 2 * decided >= all ? "moderate" : "low";
}
