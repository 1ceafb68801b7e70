namespace SparseProf.Cli.Reproduce;

/// <summary>Comparisons by seed, a line each.</summary>
internal static class SeedComparisonText
{
    public static void Write(IReadOnlyList<ReproducedModel> models, TextWriter output)
    {
        var comparisons = SeedComparison.Of(models);
        output.WriteLine(comparisons.Count > 0 ? "\nAccuracy, paired by seed (Student's t)" : "\nAccuracy, paired by seed: needs a dense and a sparse model of the same data with 3 seeds or more");
        foreach (var comparison in comparisons)
            output.WriteLine($"  {comparison.Text}");
    }
}
