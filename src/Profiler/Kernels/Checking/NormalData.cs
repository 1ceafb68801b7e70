namespace SparseProf.Profiler.Kernels.Checking;

/// <summary>Random numbers, never zero, the same for the same seed on every machine.</summary>
public static class NormalData
{
    /// <summary>Normal with mean 0 and that standard deviation, by Box and Muller.</summary>
    public static void Fill(Span<float> target, int seed, double deviation = 1)
    {
        var random = new Random(seed);
        for (var i = 0; i < target.Length; i += 2)
        {
            var radius = deviation * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble()));
            var (sine, cosine) = Math.SinCos(2 * Math.PI * random.NextDouble());
            target[i] = NotZero(radius * cosine);
            if (i + 1 < target.Length)
                target[i + 1] = NotZero(radius * sine);
        }
    }

    // A zero weight would be taken for a pruned one.
    private static float NotZero(double value) => (float)value is var single && single != 0 ? single : float.Epsilon;
}
