namespace SparseProf.Ops.Tests.Statistics;

/// <summary>Samples with a known truth.</summary>
internal static class Simulated
{
    public static double Normal(this Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    /// <summary>Times around a median of 1 with a long right tail, as timings have.</summary>
    public static double[] LogNormal(this Random random, int count, double spread = 0.05) =>
        [.. Enumerable.Range(0, count).Select(_ => Math.Exp(spread * random.Normal()))];

    /// <summary>As <see cref="LogNormal"/>, but each sample resembles the one before.</summary>
    public static double[] Autocorrelated(this Random random, int count, double correlation, double spread = 0.05)
    {
        var state = random.Normal();
        var samples = new double[count];
        for (var i = 0; i < count; i++)
        {
            samples[i] = Math.Exp(spread * state);
            state = correlation * state + Math.Sqrt(1 - correlation * correlation) * random.Normal();
        }

        return samples;
    }

    /// <summary>The share of trials in which <paramref name="holds"/> was true.</summary>
    public static double Share(int trials, Func<Random, bool> holds) =>
        Enumerable.Range(0, trials).Count(trial => holds(new Random(trial))) / (double)trials;
}
