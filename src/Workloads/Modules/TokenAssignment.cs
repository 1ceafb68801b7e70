using SparseProf.Ops;

namespace SparseProf.Workloads.Modules;

/// <summary>
/// Which tokens go to which expert. Tokens choose in order; one whose expert is full is dropped there (Fedus et al. 2021,
/// section 2.2).
/// </summary>
public sealed class TokenAssignment
{
    private readonly List<long>[] _accepted;

    private TokenAssignment(List<long>[] accepted, long[] requested, int topK)
    {
        _accepted = accepted;
        Requested = requested;
        TopK = topK;
    }

    /// <summary>Choices of each expert, dropped ones included.</summary>
    public IReadOnlyList<long> Requested { get; }

    public int TopK { get; }

    /// <summary>Choices that found their expert full.</summary>
    public long DroppedTokens => Requested.Sum() - _accepted.Sum(tokens => (long)tokens.Count);

    /// <summary>The busiest expert's choices over the mean.</summary>
    public double LoadImbalance => Requested.Max() * (double)Requested.Count / Requested.Sum();

    /// <summary>Positions among all choices (token · top k + rank) that an expert accepted, in order.</summary>
    public IReadOnlyList<long> Accepted(int expert) => _accepted[expert];

    /// <param name="choices">The chosen experts, token by token, best first: tokens · top k.</param>
    public static TokenAssignment Of(ReadOnlySpan<long> choices, Routing routing)
    {
        var capacity = routing.ExpertCapacity(choices.Length / routing.TopK);
        var accepted = Enumerable.Range(0, routing.Experts).Select(_ => new List<long>()).ToArray();
        var requested = new long[routing.Experts];
        for (var i = 0; i < choices.Length; i++)
        {
            var expert = (int)choices[i];
            requested[expert]++;
            if (accepted[expert].Count < capacity)
                accepted[expert].Add(i);
        }

        return new TokenAssignment(accepted, requested, routing.TopK);
    }
}
