using SparseProf.CostModel.Scaling.Data;
using SparseProf.CostModel.Scaling.Laws;

namespace SparseProf.CostModel.Scaling.Fitting;

/// <summary>A law without what the rows cannot tell by their structure: powers of what never varies, terms that look alike.</summary>
internal sealed record ReducedLaw(IReadOnlyList<LawTerm> Terms, List<string> Exponents, IReadOnlyList<Unidentified> Unidentified)
{
    public static ReducedLaw For(AdditiveLaw law, LossTable table)
    {
        var spread = new RowSpread(table);
        var lost = new List<Unidentified>();
        var terms = new List<LawTerm>();
        foreach (var term in law.Terms)
        {
            var powers = term.Powers.Where(power => spread.Varies(power.Of)).ToArray();
            var timesSparsity = term.TimesSparsity && spread.Varies(Variable.Density);
            var reduced = new LawTerm(term.Coefficient, powers) { TimesSparsity = timesSparsity };
            if (term.TimesSparsity && !spread.AnySparse)
                lost.Add(new(term.Coefficient, "no row has S > 0"));
            else if (terms.Find(other => LookAlike(other, reduced)) is { } twin)
                lost.Add(new(term.Coefficient, $"{Missing(term, spread)}, so the term cannot be told from that of {twin.Coefficient}"));
            else
                terms.Add(reduced);
        }

        DropTheThirdNumberOfTwoLevels(terms, spread, lost);
        var exponents = terms.SelectMany(term => term.Powers).Select(power => power.Exponent).Distinct().ToList();
        foreach (var name in law.ParameterNames.Skip(law.Terms.Count).Where(name => !exponents.Contains(name)))
        {
            var of = law.Terms.SelectMany(term => term.Powers).First(power => power.Exponent == name).Of;
            lost.Add(new(name, spread.Varies(of) ? "its terms cannot be told apart from others" : spread.Constant(of)));
        }

        return new ReducedLaw(terms, exponents, lost);
    }

    /// <summary>a(1−S)^κ + bS at two levels of S is two numbers: three parameters are one too many.</summary>
    private static void DropTheThirdNumberOfTwoLevels(List<LawTerm> terms, RowSpread spread, List<Unidentified> lost)
    {
        var power = terms.SelectMany(term => term.Powers).FirstOrDefault(power => power.Of == Variable.Density);
        if (spread.SparsityLevels != 2 || power is null || terms.Exists(term => term.Powers.Any(other => other.Exponent == power.Exponent && other.Of != Variable.Density)))
            return;
        var decaying = terms.First(term => term.Powers.Contains(power));
        var partner = terms.Find(term => term != decaying && term.Powers.Length > 0
            && term.Powers.Select(other => other.Exponent).SequenceEqual(decaying.Powers.Where(other => other != power).Select(other => other.Exponent)));
        if (partner is null)
            return;
        terms.Remove(partner);
        lost.Add(new(partner.Coefficient, $"two levels of S cannot tell {partner.Coefficient} from {power.Exponent}; fitted with {partner.Coefficient} = 0"));
        lost.Add(new(power.Exponent, $"two levels of S cannot tell {power.Exponent} from {partner.Coefficient}; its value holds for {partner.Coefficient} = 0 only"));
    }

    private static bool LookAlike(LawTerm left, LawTerm right) =>
        left.TimesSparsity == right.TimesSparsity
        && left.Powers.Select(power => power.Of).Order().SequenceEqual(right.Powers.Select(power => power.Of).Order());

    private static string Missing(LawTerm term, RowSpread spread)
    {
        foreach (var power in term.Powers)
        {
            if (!spread.Varies(power.Of))
                return spread.Constant(power.Of);
        }

        return spread.Constant(Variable.Density);
    }
}

/// <summary>What varies among the rows.</summary>
internal sealed class RowSpread
{
    // A variable whose largest value is this close to its smallest tells nothing about an exponent.
    private const double LeastSpan = 1.05;

    // Values closer than this are one level.
    private const double SameLevel = 1e-6;

    private readonly LossTable _table;

    public RowSpread(LossTable table)
    {
        _table = table;
        SparsityLevels = Levels(table.Rows.Select(row => 1 - row.Sparsity));
        ParameterSpan = table.Rows.Max(row => row.Parameters) / table.Rows.Min(row => row.Parameters);
        TokenSpan = table.Rows.All(row => row.Tokens is not null) ? table.Rows.Max(row => row.Tokens!.Value) / table.Rows.Min(row => row.Tokens!.Value) : 0;
    }

    /// <summary>Largest over smallest N.</summary>
    public double ParameterSpan { get; }

    /// <summary>Largest over smallest D; 0 where the table does not say D.</summary>
    public double TokenSpan { get; }

    public int SparsityLevels { get; }

    public bool AnySparse => _table.Rows.Any(row => row.Sparsity > 0);

    public bool Varies(Variable variable) => variable switch
    {
        Variable.Parameters => ParameterSpan > LeastSpan,
        Variable.Tokens => TokenSpan > LeastSpan,
        _ => SparsityLevels > 1,
    };

    /// <summary>Why a variable tells nothing.</summary>
    public string Constant(Variable variable) => variable switch
    {
        Variable.Parameters => $"N is about {_table.Rows[0].Parameters:0.##e+0} in every row",
        Variable.Tokens => TokenSpan == 0 ? "the table has no tokens" : $"D is about {_table.Rows[0].Tokens:0.##e+0} in every row",
        _ => AnySparse ? $"S is {_table.Rows[0].Sparsity:0.####} in every row" : "no row has S > 0",
    };

    private static int Levels(IEnumerable<double> values)
    {
        var (levels, last) = (0, double.NaN);
        foreach (var value in values.Order())
        {
            if (!(value <= last * (1 + SameLevel)))
                (levels, last) = (levels + 1, value);
        }

        return levels;
    }
}
