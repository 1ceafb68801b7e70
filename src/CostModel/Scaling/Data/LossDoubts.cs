namespace SparseProf.CostModel.Scaling.Data;

/// <summary>Reasons to look at a table of losses again before believing a fit to it.</summary>
public static class LossDoubts
{
    private const int ManyCheckpoints = 6;

    public static IReadOnlyList<string> Find(LossTable table) =>
        [.. Duplicates(table), .. Undecayed(table), .. UnitSlips(table), .. WrongConvention(table)];

    private static IEnumerable<string> Duplicates(LossTable table)
    {
        foreach (var group in table.Rows.GroupBy(row => (row.Parameters, row.Tokens, row.Sparsity, row.Loss)).Where(group => group.Count() > 1))
            yield return $"duplicate: lines {string.Join(", ", group.Select(row => row.Line))} are the same run; a bootstrap counts it {group.Count()} times";
    }

    private static IEnumerable<string> Undecayed(LossTable table)
    {
        var marked = table.Rows.Where(row => row.Labels.TryGetValue("decayed", out var decayed) && decayed.ToUpperInvariant() is "0" or "FALSE" or "NO").ToList();
        if (marked.Count > 0)
            yield return $"undecayed: {marked.Count} rows are marked as taken before the learning rate had decayed (first at line {marked[0].Line}); they pull L* toward 0";
        var curves = table.Rows.GroupBy(row => (row.Parameters, row.Sparsity, Run(row)))
            .Count(group => group.Count() >= ManyCheckpoints && EvenlySpaced(group.Select(row => row.Tokens ?? 0).Order().ToList()));
        if (curves > 0)
            yield return $"undecayed: {curves} models have {ManyCheckpoints} or more evenly spaced token counts, as checkpoints of one run have; use only runs whose learning rate had decayed";
    }

    private static IEnumerable<string> UnitSlips(LossTable table)
    {
        if (table.Rows[0].Tokens is null)
            yield break;
        var ratios = table.Rows.Select(row => row.Tokens!.Value / row.Parameters).Order().ToList();
        var median = ratios[ratios.Count / 2];
        if (median < 0.05)
            yield return $"units: the median run has {median:0.##e+0} tokens per parameter; are tokens in millions or in steps?";
        foreach (var row in table.Rows.Where(row => row.Tokens!.Value / row.Parameters is var ratio && (ratio < median / 1e4 || ratio > median * 1e4)))
            yield return $"units: line {row.Line} has {row.Tokens!.Value / row.Parameters:0.##e+0} tokens per parameter, the median run {median:0.##e+0}";
    }

    private static IEnumerable<string> WrongConvention(LossTable table)
    {
        if (table.Convention == ParameterConvention.Total || table.Rows.All(row => row.Sparsity == 0))
            yield break;
        var given = Levels(table.Rows.Select(row => row.Parameters));
        var active = Levels(table.Rows.Select(row => row.Parameters * (1 - row.Sparsity)));
        if (active * 3 <= given * 2)
            yield return $"convention: N has {given} values, N·(1−S) only {active}: the column looks like total parameters; say --n total";
    }

    private static string Run(LossRow row) => row.Labels.TryGetValue("run", out var run) ? run : "";

    private static bool EvenlySpaced(List<double> tokens)
    {
        var step = (tokens[^1] - tokens[0]) / (tokens.Count - 1);
        return step > 0 && Enumerable.Range(1, tokens.Count - 1).All(i => Math.Abs(tokens[i] - tokens[i - 1] - step) < 0.02 * step);
    }

    // Sizes within half a percent are one size.
    private static int Levels(IEnumerable<double> values) => values.Select(value => Math.Round(Math.Log(value) * 200)).Distinct().Count();
}
