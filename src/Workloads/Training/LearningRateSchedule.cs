namespace SparseProf.Workloads.Training;

/// <summary>The learning rate over a training, as a factor of its peak: a linear rise, then a fall.</summary>
public sealed record LearningRateSchedule
{
    public LearningRateDecay Decay { get; init; } = LearningRateDecay.Cosine;

    /// <summary>Share of the steps over which the rate rises from 0.</summary>
    public double WarmUp { get; init; } = 0.05;

    /// <summary>What is left of the peak at the end.</summary>
    public double FinalFactor { get; init; }

    /// <summary>Whether the rate at the end is low enough for the loss to count as that of a finished training.</summary>
    public bool Decays => Decay != LearningRateDecay.None && FinalFactor <= 0.1;

    /// <summary>Of step <paramref name="step"/> of <paramref name="steps"/>, counted from 0. Cosine: Loshchilov and Hutter 2017, eq. 5.</summary>
    public double Factor(long step, long steps)
    {
        var warmUp = (long)Math.Round(WarmUp * steps);
        if (step < warmUp)
            return (step + 1.0) / warmUp;
        var progress = (double)(step - warmUp) / Math.Max(1, steps - warmUp);
        var fall = Decay switch
        {
            LearningRateDecay.Cosine => (1 + Math.Cos(Math.PI * progress)) / 2,
            LearningRateDecay.Linear => 1 - progress,
            _ => 1,
        };
        return FinalFactor + (1 - FinalFactor) * fall;
    }
}

public enum LearningRateDecay
{
    None,
    Cosine,
    Linear,
}
