using SparseProf.Ops.Statistics;
using SparseProf.Workloads.Evaluation;

namespace SparseProf.Cli.Reproduce;

/// <summary>A sparse model against the dense one on the same data, paired by seed.</summary>
/// <param name="Difference">Accuracy of the sparse model − that of the dense one.</param>
internal sealed record SeedComparison(string Sparse, string Dense, string DataSet, PairedDifference Difference)
{
    /// <summary>One a sparse model whose data a dense model shares; none where there are fewer than three seeds.</summary>
    public static IReadOnlyList<SeedComparison> Of(IReadOnlyList<ReproducedModel> models) =>
    [
        .. from sparse in models.Where(model => model.Planned.IsSparse)
           let dense = models.FirstOrDefault(model => !model.Planned.IsSparse && model.Planned.Data.Name == sparse.Planned.Data.Name)
           where dense is not null
           let pairs = Pairs(sparse, dense)
           where pairs.Count >= PairedDifference.FewestPairs
           select new SeedComparison(sparse.Planned.Name, dense.Planned.Name, sparse.Planned.Data.Name, PairedDifference.Of([.. pairs.Select(pair => pair.Sparse)], [.. pairs.Select(pair => pair.Dense)])),
    ];

    public string Text
    {
        get
        {
            var (difference, p) = (Difference.Difference.Scale(100), Difference.PValue);
            var verdict = !Difference.IsSignificant ? "no difference shown" : difference.Value > 0 ? "better" : "worse";
            return $"{Sparse} − {Dense} on {DataSet}: {difference.Value:+0.0;−0.0;0.0} points ({difference.Low:+0.0;−0.0;0.0} to {difference.High:+0.0;−0.0;0.0}), p {(p < 0.001 ? "< 0.001" : $"= {p:0.000}")}, {Difference.Pairs} seeds: {verdict}";
        }
    }

    private static List<(double Sparse, double Dense)> Pairs(ReproducedModel sparse, ReproducedModel dense)
    {
        var bySeed = Accuracies(dense);
        return [.. Accuracies(sparse).Where(pair => bySeed.ContainsKey(pair.Key)).Select(pair => (pair.Value, bySeed[pair.Key]))];
    }

    private static Dictionary<long, double> Accuracies(ReproducedModel model) =>
        model.Trainings.Zip(model.BySeed(EvaluationFigures.Accuracy)).ToDictionary(pair => pair.First.Seed, pair => pair.Second);
}
