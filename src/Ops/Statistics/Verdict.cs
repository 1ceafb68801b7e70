namespace SparseProf.Ops.Statistics;

/// <summary>What an interval of a time ratio allows to say.</summary>
public enum Verdict
{
    /// <summary>The whole interval lies below 1.</summary>
    Faster,

    /// <summary>The whole interval lies above 1.</summary>
    Slower,

    /// <summary>The whole interval lies within the bound around 1.</summary>
    Same,

    /// <summary>The interval holds 1 and more than the bound.</summary>
    Undecided,
}

public static class Verdicts
{
    /// <summary>Differences within ±1 % are called the same.</summary>
    public const double SameWithin = 0.01;

    /// <param name="timeRatio">Time of the candidate ÷ time of the baseline.</param>
    public static Verdict Of(Estimate timeRatio, double sameWithin = SameWithin)
    {
        if (timeRatio.Low >= 1 - sameWithin && timeRatio.High <= 1 + sameWithin)
            return Verdict.Same;
        if (timeRatio.High < 1)
            return Verdict.Faster;
        return timeRatio.Low > 1 ? Verdict.Slower : Verdict.Undecided;
    }
}
