using SparseProf.Ops.Statistics;
using SparseProf.Torch;
using SparseProf.Workloads.Data;
using SparseProf.Workloads.Models;

namespace SparseProf.Workloads.Evaluation;

/// <summary>What is to be known of a trained classifier: how right, how sure, on whom, and how it stands spoilt inputs.</summary>
public static class EvaluationFigures
{
    public const string Accuracy = "accuracy";
    public const string MacroF1 = "f1_macro";
    public const string CalibrationError = "ece";
    public const string WorstClass = "worst_class_accuracy";
    public const string WorstGroup = "worst_group_accuracy";

    private const int Resamples = 1000;

    /// <summary>Figures of predictions with 95 % bootstrap intervals: overall, of each class and group, of the worst, and the confusion.</summary>
    public static IReadOnlyList<EvaluationFigure> Of(Predictions predictions, long seed = 0)
    {
        var outcomes = new Outcomes(predictions);
        var slices = Slices(predictions);
        var names = Names(predictions);
        var all = Enumerable.Range(0, predictions.Count).ToArray();
        var values = Values(all);
        var resampled = new double[Resamples][];
        var drawn = new int[predictions.Count];
        for (var resample = 0; resample < Resamples; resample++)
        {
            var random = new SplitMix64(seed, resample);
            for (var i = 0; i < drawn.Length; i++)
                drawn[i] = random.NextIndex(drawn.Length);
            resampled[resample] = Values(drawn);
        }

        return
        [
            .. names.Select((name, place) => new EvaluationFigure(
                null, name.Subgroup, name.Metric, Interval(values[place], [.. resampled.Select(figures => figures[place])]), name.Examples)),
            .. ConfusionOf(predictions),
        ];

        double[] Values(int[] examples)
        {
            var figures = new List<double>(names.Count)
            {
                Metrics.Accuracy(outcomes, examples), Metrics.MacroF1(outcomes, examples), Metrics.CalibrationError(outcomes, examples),
            };
            foreach (var (of, count) in slices)
            {
                var accuracies = Metrics.AccuracyOfSlices(outcomes, of, count, examples);
                figures.AddRange(accuracies);
                figures.Add(accuracies.Where(accuracy => !double.IsNaN(accuracy)).DefaultIfEmpty(double.NaN).Min());
            }

            return [.. figures];
        }
    }

    /// <summary>Accuracy over all examples under each corruption that its inputs can have, at each severity, with Wilson's intervals.</summary>
    public static IReadOnlyList<EvaluationFigure> UnderCorruption(
        Model model, ClassificationSplit split, IReadOnlyList<int> severities, int batch, long seed, TorchDevice? device = null)
    {
        var kinds = split is Data.Images.ImageSplit ? Corruption.OfImages : Corruption.OfText;
        return
        [
            .. from kind in kinds
               from severity in severities
               let corruption = Corruption.Of(kind, severity)
               let predictions = Prediction.Run(model, split.Corrupt(corruption, (ulong)seed), batch, device)
               let right = Enumerable.Range(0, predictions.Count).Count(i => predictions.Predicted(i) == predictions.Labels[i])
               select new EvaluationFigure(corruption, "", Accuracy, Wilson((double)right / predictions.Count, predictions.Count), predictions.Count),
        ];
    }

    private static List<(int[] Of, int Count)> Slices(Predictions predictions)
    {
        var slices = new List<(int[], int)> { (predictions.Labels, predictions.Classes) };
        if (predictions.GroupNames.Count > 0)
            slices.Add((predictions.Groups, predictions.GroupNames.Count));
        return slices;
    }

    // In the order in which the values are worked out.
    private static List<(string Subgroup, string Metric, int Examples)> Names(Predictions predictions)
    {
        var names = new List<(string, string, int)> { ("", Accuracy, predictions.Count), ("", MacroF1, predictions.Count), ("", CalibrationError, predictions.Count) };
        names.AddRange(predictions.ClassNames.Select((name, c) => ($"class {name}", Accuracy, predictions.Labels.Count(label => label == c))));
        names.Add(("", WorstClass, predictions.Count));
        if (predictions.GroupNames.Count > 0)
        {
            names.AddRange(predictions.GroupNames.Select((name, g) => ($"group {name}", Accuracy, predictions.Groups.Count(group => group == g))));
            names.Add(("", WorstGroup, predictions.Count));
        }

        return names;
    }

    private static IEnumerable<EvaluationFigure> ConfusionOf(Predictions predictions)
    {
        var shares = Metrics.Confusion(predictions);
        for (var i = 0; i < shares.Length; i++)
        {
            var (label, predicted) = (i / predictions.Classes, i % predictions.Classes);
            var count = predictions.Labels.Count(actual => actual == label);
            if (label != predicted && count > 0)
                yield return new EvaluationFigure(null, $"class {predictions.ClassNames[label]}", $"predicted_as {predictions.ClassNames[predicted]}", Wilson(shares[i], count), count);
        }
    }

    // A slice may be empty in a resample.
    private static Estimate Interval(double value, double[] resampled)
    {
        var known = OrderStatistics.Sorted([.. resampled.Where(figure => !double.IsNaN(figure))]);
        return known.Length == 0
            ? new Estimate(value, double.NaN, double.NaN, Provenance.Measured)
            : new Estimate(value, OrderStatistics.QuantileOfSorted(known, 0.025), OrderStatistics.QuantileOfSorted(known, 0.975), Provenance.Measured);
    }

    /// <summary>A share of <paramref name="count"/> with Wilson's 95 % interval (Wilson 1927), which does not collapse at 0 and 1.</summary>
    internal static Estimate Wilson(double share, int count)
    {
        const double Z = 1.959964;
        var middle = (share + Z * Z / (2 * count)) / (1 + Z * Z / count);
        var half = Z / (1 + Z * Z / count) * Math.Sqrt(share * (1 - share) / count + Z * Z / (4.0 * count * count));
        return new Estimate(share, Math.Max(0, middle - half), Math.Min(1, middle + half), Provenance.Measured);
    }
}
