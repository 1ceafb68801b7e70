using System.Globalization;
using SparseProf.Ops.Errors;
using SparseProf.Ops.Statistics;

namespace SparseProf.Ops;

/// <summary>How a batch's choices are spread over the experts of a mixture.</summary>
public abstract record ExpertLoad
{
    private const string PowerLawPrefix = "power_law_";
    private const string MeasuredPrefix = "measured_";
    private const char Separator = '/';
    private const int MostShares = 4096;

    private ExpertLoad()
    {
    }

    /// <summary>As in the column <c>distribution</c> of a kernel CSV: balanced, power_law_1.2, measured_0.5/0.3/0.2.</summary>
    public abstract string Text { get; }

    /// <summary>Choices of each expert, tokens · k in all and at most one of each token; in no order of size.</summary>
    public IReadOnlyList<long> TokensOf(Routing routing, long tokens, int seed = 1)
    {
        var shares = Shares(routing.Experts);
        if (shares.Count != routing.Experts)
            throw new UserErrorException(ErrorKind.WrongUsage, $"{shares.Count} shares are given for {routing.Experts} experts") { Next = "give one share an expert" };
        var loads = Apportioned(shares, routing.TopK * tokens, tokens);
        // Libraries that take products in their order would otherwise always meet the largest first.
        return this is PowerLaw ? Shuffled(loads, seed) : loads;
    }

    /// <exception cref="UserErrorException">No such distribution.</exception>
    public static ExpertLoad Parse(string text, string? where = null)
    {
        if (text is "" or "balanced")
            return Balanced.Instance;
        if (text.StartsWith(PowerLawPrefix, StringComparison.Ordinal) && Number(text[PowerLawPrefix.Length..]) is > 0 and < 10 and var exponent)
            return new PowerLaw(exponent);
        if (text.StartsWith(MeasuredPrefix, StringComparison.Ordinal)
            && text[MeasuredPrefix.Length..].Split(Separator).Select(Number).ToList() is { Count: <= MostShares } shares && shares.TrueForAll(share => share >= 0) && shares.Exists(share => share > 0))
        {
            return new Measured([.. shares.Select(share => share!.Value)]);
        }

        throw new UserErrorException(ErrorKind.WrongUsage, $"'{text}' is not a load of experts") { Where = where, Allowed = "balanced, power_law_EXPONENT such as power_law_1.2, measured_SHARE/SHARE/…" };
    }

    /// <summary>Relative, one an expert.</summary>
    protected abstract IReadOnlyList<double> Shares(int experts);

    // Rounded down, then the largest remainders; what is above one visit a token goes to the next experts with room.
    private static long[] Apportioned(IReadOnlyList<double> shares, long choices, long most)
    {
        var total = shares.Sum();
        var exact = shares.Select(share => Math.Min(most, choices * share / total)).ToArray();
        var loads = exact.Select(load => (long)load).ToArray();
        var left = choices - loads.Sum();
        foreach (var expert in Enumerable.Range(0, loads.Length).OrderByDescending(i => exact[i] - loads[i]).ThenBy(i => i).ToList())
        {
            if (left > 0 && loads[expert] < most && exact[expert] > loads[expert])
            {
                loads[expert]++;
                left--;
            }
        }

        for (var expert = 0; left > 0; expert = (expert + 1) % loads.Length)
        {
            var more = Math.Min(most - loads[expert], Math.Max(1, left / loads.Length));
            loads[expert] += more;
            left -= more;
        }

        return loads;
    }

    private static long[] Shuffled(long[] loads, int seed)
    {
        var random = new SplitMix64(seed, loads.Length);
        for (var i = loads.Length - 1; i > 0; i--)
        {
            var other = (int)(random.NextUniform() * (i + 1));
            (loads[i], loads[other]) = (loads[other], loads[i]);
        }

        return loads;
    }

    private static double? Number(string text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value) ? value : null;

    /// <summary>The same for every expert, within one.</summary>
    public sealed record Balanced : ExpertLoad
    {
        private Balanced()
        {
        }

        public static Balanced Instance { get; } = new();

        public override string Text => "balanced";

        protected override IReadOnlyList<double> Shares(int experts) => [.. Enumerable.Repeat(1.0, experts)];
    }

    /// <summary>The i-th busiest expert gets a share proportional to i^−exponent (Zipf).</summary>
    public sealed record PowerLaw(double Exponent) : ExpertLoad
    {
        public override string Text => PowerLawPrefix + Exponent.ToString("0.######", CultureInfo.InvariantCulture);

        protected override IReadOnlyList<double> Shares(int experts) => [.. Enumerable.Range(1, experts).Select(i => Math.Pow(i, -Exponent))];
    }

    /// <summary>Shares that a router was seen to give, expert by expert.</summary>
    public sealed record Measured(IReadOnlyList<double> Seen) : ExpertLoad
    {
        public override string Text => MeasuredPrefix + string.Join(Separator, Seen.Select(share => share.ToString("0.######", CultureInfo.InvariantCulture)));

        public bool Equals(Measured? other) => other is not null && Seen.SequenceEqual(other.Seen);

        public override int GetHashCode() => Text.GetHashCode(StringComparison.Ordinal);

        protected override IReadOnlyList<double> Shares(int experts) => Seen;
    }
}
