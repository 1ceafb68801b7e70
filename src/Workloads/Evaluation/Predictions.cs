namespace SparseProf.Workloads.Evaluation;

/// <summary>What a model said about each example of a split.</summary>
/// <param name="ClassNames">One a class.</param>
/// <param name="GroupNames">Empty where no groups are known.</param>
/// <param name="Labels">The true class of each example.</param>
/// <param name="Groups">The group of each example; all 0 where none are known.</param>
/// <param name="Probabilities">[examples · classes], each row of sum 1.</param>
public sealed record Predictions(IReadOnlyList<string> ClassNames, IReadOnlyList<string> GroupNames, int[] Labels, int[] Groups, float[] Probabilities)
{
    public int Count => Labels.Length;

    public int Classes => ClassNames.Count;

    /// <summary>The likeliest class; the first of equals.</summary>
    public int Predicted(int example)
    {
        var row = Probabilities.AsSpan(example * Classes, Classes);
        var best = 0;
        for (var c = 1; c < row.Length; c++)
        {
            if (row[c] > row[best])
                best = c;
        }

        return best;
    }

    /// <summary>The probability of the likeliest class.</summary>
    public double Confidence(int example) => Probabilities[example * Classes + Predicted(example)];
}
