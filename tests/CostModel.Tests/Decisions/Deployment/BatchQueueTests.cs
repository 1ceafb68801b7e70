using SparseProf.CostModel.Decisions.Deployment;

namespace SparseProf.CostModel.Tests.Decisions.Deployment;

public sealed class BatchQueueTests
{
    [Fact]
    public void Without_load_a_request_takes_its_own_service() =>
        Assert.Equal(0.01, new BatchQueue(Arrivals: 0.001, Batch: 1, Replicas: 1, Service: 0.01).Quantile(0.95), 1e-6);

    [Fact]
    public void More_than_the_replicas_can_serve_waits_for_ever() =>
        Assert.Equal(double.PositiveInfinity, new BatchQueue(Arrivals: 201, Batch: 1, Replicas: 2, Service: 0.01).Quantile(0.5));

    [Theory]
    [InlineData(50, 1, 1, 0.01)]
    [InlineData(80, 1, 1, 0.01)]
    [InlineData(170, 1, 2, 0.01)]
    [InlineData(600, 8, 1, 0.01)]
    [InlineData(3000, 8, 5, 0.01)]
    [InlineData(900, 32, 2, 0.05)]
    [InlineData(1900, 1, 20, 0.01)]
    [InlineData(3040, 16, 2, 0.01)]
    [InlineData(20, 64, 1, 0.005)]
    public void The_95th_percentile_is_that_of_a_simulation_within_a_tenth(double arrivals, int batch, int replicas, double service)
    {
        var simulated = Simulated(arrivals, batch, replicas, service, 0.95);

        Assert.InRange(new BatchQueue(arrivals, batch, replicas, service).Quantile(0.95) / simulated, 0.9, 1.1);
    }

    [Fact]
    public void Every_replica_more_shortens_the_wait()
    {
        var times = Enumerable.Range(1, 10).Select(replicas => new BatchQueue(90, 1, replicas, 0.01).Quantile(0.95)).ToArray();

        Assert.Equal(times.OrderDescending(), times);
    }

    // First come, first served: a full batch takes the replica that is free first.
    private static double Simulated(double arrivals, int batch, int replicas, double service, double probability)
    {
        const int Requests = 200_000;
        var random = new Random(7);
        var free = new double[replicas];
        var waiting = new List<double>();
        var times = new List<double>(Requests);
        double now = 0;
        for (var i = 0; i < Requests; i++)
        {
            now -= Math.Log(1 - random.NextDouble()) / arrivals;
            waiting.Add(now);
            if (waiting.Count < batch)
                continue;
            var first = Array.IndexOf(free, free.Min());
            free[first] = Math.Max(now, free[first]) + service;
            times.AddRange(waiting.Select(arrived => free[first] - arrived));
            waiting.Clear();
        }

        times.Sort();
        return times[(int)(probability * times.Count)];
    }
}
