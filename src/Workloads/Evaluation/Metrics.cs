namespace SparseProf.Workloads.Evaluation;

/// <summary>Figures of predictions over a choice of examples, which may name one more than once.</summary>
internal static class Metrics
{
    // As Guo et al. 2017 use.
    private const int CalibrationBins = 15;

    /// <summary>Share of the examples that are predicted rightly; NaN without any.</summary>
    public static double Accuracy(Outcomes outcomes, ReadOnlySpan<int> examples)
    {
        var right = 0;
        foreach (var i in examples)
            right += outcomes.Right[i] ? 1 : 0;
        return (double)right / examples.Length;
    }

    /// <summary>Mean over the classes of 2·precision·recall/(precision + recall); classes that neither occur nor are predicted do not count.</summary>
    public static double MacroF1(Outcomes outcomes, ReadOnlySpan<int> examples)
    {
        var classes = outcomes.Predictions.Classes;
        var (occurring, predicted, right) = (new int[classes], new int[classes], new int[classes]);
        foreach (var i in examples)
        {
            occurring[outcomes.Predictions.Labels[i]]++;
            predicted[outcomes.Predicted[i]]++;
            if (outcomes.Right[i])
                right[outcomes.Predicted[i]]++;
        }

        var (sum, count) = (0.0, 0);
        for (var c = 0; c < classes; c++)
        {
            if (occurring[c] + predicted[c] == 0)
                continue;
            sum += 2.0 * right[c] / (occurring[c] + predicted[c]);
            count++;
        }

        return sum / count;
    }

    /// <summary>
    /// Expected calibration error: |accuracy − mean confidence| over 15 equal bins of confidence, weighted by their
    /// examples (Naeini et al. 2015; Guo et al. 2017, eq. 3).
    /// </summary>
    public static double CalibrationError(Outcomes outcomes, ReadOnlySpan<int> examples)
    {
        Span<double> surplus = stackalloc double[CalibrationBins];
        surplus.Clear();
        foreach (var i in examples)
        {
            var bin = Math.Clamp((int)Math.Ceiling(outcomes.Confidence[i] * CalibrationBins) - 1, 0, CalibrationBins - 1);
            surplus[bin] += (outcomes.Right[i] ? 1 : 0) - outcomes.Confidence[i];
        }

        var sum = 0.0;
        foreach (var gap in surplus)
            sum += Math.Abs(gap);
        return sum / examples.Length;
    }

    /// <summary>Accuracy of each slice, by the slice of each example; NaN where a slice has none.</summary>
    public static double[] AccuracyOfSlices(Outcomes outcomes, int[] sliceOf, int slices, ReadOnlySpan<int> examples)
    {
        var (right, count) = (new int[slices], new int[slices]);
        foreach (var i in examples)
        {
            count[sliceOf[i]]++;
            right[sliceOf[i]] += outcomes.Right[i] ? 1 : 0;
        }

        return [.. right.Zip(count, (r, n) => (double)r / n)];
    }

    /// <summary>Shares of each true class by predicted class: [true · classes + predicted]; NaN where a class does not occur.</summary>
    public static double[] Confusion(Predictions predictions)
    {
        var classes = predictions.Classes;
        var shares = new double[classes * classes];
        var occurring = new int[classes];
        for (var i = 0; i < predictions.Count; i++)
        {
            occurring[predictions.Labels[i]]++;
            shares[predictions.Labels[i] * classes + predictions.Predicted(i)]++;
        }

        for (var i = 0; i < shares.Length; i++)
            shares[i] /= occurring[i / classes];
        return shares;
    }
}

/// <summary>Predictions with what the metrics ask of every example, worked out once.</summary>
internal sealed class Outcomes
{
    public Outcomes(Predictions predictions)
    {
        Predictions = predictions;
        Predicted = [.. Enumerable.Range(0, predictions.Count).Select(predictions.Predicted)];
        Right = [.. Predicted.Zip(predictions.Labels, (predicted, label) => predicted == label)];
        Confidence = [.. Enumerable.Range(0, predictions.Count).Select(predictions.Confidence)];
    }

    public Predictions Predictions { get; }

    public int[] Predicted { get; }

    public bool[] Right { get; }

    public double[] Confidence { get; }
}
