using SparseProf.CostModel.Latency;

namespace SparseProf.Accuracy;

/// <summary>A fifth of the sites (shapes without their number of tokens), chosen by name alone, is kept from every fit, priors included.</summary>
internal static class HeldOut
{
    private const int Parts = 5;
    private const int Seed = 11;

    public static (KernelTable Train, KernelTable Test) Split(KernelTable table, IReadOnlySet<string>? sites = null)
    {
        var kept = sites ?? Sites(table);
        return (
            table with { Rows = [.. table.Rows.Where(row => !kept.Contains(row.Call.Site))] },
            table with { Rows = [.. table.Rows.Where(row => kept.Contains(row.Call.Site))] });
    }

    public static IReadOnlySet<string> Sites(KernelTable table)
    {
        var sites = Shuffled(table);
        return sites[..(sites.Length / Parts)].ToHashSet();
    }

    /// <summary>Every fifth of the sites in turn.</summary>
    public static IEnumerable<(KernelTable Train, KernelTable Test)> Folds(KernelTable table)
    {
        var sites = Shuffled(table);
        return Enumerable.Range(0, Parts).Select(fold => Split(table, sites.Where((_, i) => i % Parts == fold).ToHashSet()));
    }

    /// <summary>A fifth of the rows, whatever their site.</summary>
    public static (KernelTable Train, KernelTable Test) Rows(KernelTable table)
    {
        var rows = table.Rows.ToArray();
        new Random(Seed).Shuffle(rows);
        var count = rows.Length / Parts;
        return (table with { Rows = rows[count..] }, table with { Rows = rows[..count] });
    }

    private static string[] Shuffled(KernelTable table)
    {
        var sites = table.Rows.Select(row => row.Call.Site).Distinct().Order(StringComparer.Ordinal).ToArray();
        new Random(Seed).Shuffle(sites);
        return sites;
    }
}
