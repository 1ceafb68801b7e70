namespace SparseProf.CostModel.Decisions.Deployment;

/// <summary>
/// Requests arrive at random, wait until a batch is full, then until one of the replicas is free, and are served in a time
/// that does not vary. A GI/G/c queue of batches: mean wait by Allen and Cunneen (1990) with Sakasegawa's (1977) chance
/// to wait ρ^(√(2(c+1))−1), times over its mean exponential; filling is an Erlang time of 0…b−1 further arrivals.
/// Exact for the mean of M/D/1; interarrival variation of full batches is 1/b.
/// </summary>
/// <param name="Arrivals">1/s, of all replicas together.</param>
/// <param name="Service">Of one batch, s.</param>
public readonly record struct BatchQueue(double Arrivals, long Batch, double Replicas, double Service)
{
    public const string ModelName = "GI/G/c of full batches (Allen-Cunneen, Sakasegawa), Poisson arrivals, constant service";

    private const int MostFillSteps = 12;

    // Medians of five equal parts of a normal distribution.
    private static readonly double[] NormalParts = [-1.2816, -0.5244, 0, 0.5244, 1.2816];

    public double Utilization => Arrivals * Service / (Batch * Replicas);

    /// <summary>Whether a share <paramref name="probability"/> of requests takes at most <paramref name="seconds"/>.</summary>
    public bool Keeps(double seconds, double probability)
    {
        if (Utilization >= 1 || seconds < Service)
            return false;
        var (chance, rate) = Waiting();
        Span<double> nodes = stackalloc double[MostFillSteps * NormalParts.Length];
        return Served(nodes[..Fill(nodes)], seconds - Service, chance, rate) >= probability;
    }

    /// <summary>The time that a share <paramref name="probability"/> of requests does not exceed, s; infinite where the load is too high.</summary>
    public double Quantile(double probability)
    {
        if (Utilization >= 1)
            return double.PositiveInfinity;
        var (chance, rate) = Waiting();
        Span<double> nodes = stackalloc double[MostFillSteps * NormalParts.Length];
        var fill = nodes[..Fill(nodes)];
        var (low, high) = (0.0, fill[^1] + (chance > 1 - probability ? Math.Log(chance / (1 - probability)) / rate : 0));
        // The share that is not yet served falls from all to none between these ends.
        while (Served(fill, high, chance, rate) < probability)
            high = 1.5 * high + 1e-9;
        for (var i = 0; i < 20; i++)
        {
            var middle = (low + high) / 2;
            if (Served(fill, middle, chance, rate) < probability)
                low = middle;
            else
                high = middle;
        }

        return high + Service;
    }

    // The chance to wait, and the rate at which waits end.
    private (double Chance, double Rate) Waiting()
    {
        var load = Utilization;
        var chance = Math.Pow(load, Math.Sqrt(2 * (Replicas + 1)) - 1);
        var mean = chance / (Replicas * (1 - load)) * Service / Batch / 2;
        return (chance, mean > 0 ? chance / mean : double.PositiveInfinity);
    }

    private static double Served(ReadOnlySpan<double> fill, double time, double chance, double rate)
    {
        double sum = 0;
        foreach (var filled in fill)
            sum += time < filled ? 0 : 1 - (chance > 0 ? chance * Math.Exp(-rate * (time - filled)) : 0);
        return sum / fill.Length;
    }

    // Equally likely times until a batch is full, sorted: the cube-root normal approximation of Erlang times (Wilson and Hilferty 1931).
    private int Fill(Span<double> nodes)
    {
        if (Batch == 1)
        {
            nodes[0] = 0;
            return 1;
        }

        var steps = (int)Math.Min(Batch, MostFillSteps);
        var count = 0;
        for (var step = 0; step < steps; step++)
        {
            var missing = Batch <= MostFillSteps ? step : (step + 0.5) * Batch / steps - 0.5;
            foreach (var normal in NormalParts)
                nodes[count++] = missing <= 0 ? 0 : missing * Math.Pow(Math.Max(0, 1 - 1 / (9 * missing) + normal / (3 * Math.Sqrt(missing))), 3) / Arrivals;
        }

        nodes[..count].Sort();
        return count;
    }
}
