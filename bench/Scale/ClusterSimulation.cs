namespace SparseProf.Scale;

/// <summary>
/// A sweep on a cluster, as discrete events: tasks start when a node is free, nodes fail at random and come back, a task
/// whose node failed begins again and measures what its shard does not hold. Nothing is run; times are those given.
/// </summary>
/// <param name="TaskS">Seconds that a task measures.</param>
/// <param name="StartS">Seconds from a free node to the first measurement: the scheduler, the program, the warm-up.</param>
/// <param name="CaseS">Seconds of one case: what a failure loses of what is not yet stored.</param>
/// <param name="MeanTimeToFailureS">Of one node.</param>
/// <param name="RepairS">Until a failed node takes tasks again.</param>
internal sealed record ClusterSimulation(int Tasks, int Nodes, double TaskS, double StartS, double CaseS, double MeanTimeToFailureS, double RepairS)
{
    /// <param name="ResumesByCase">False for tasks that begin anew and lose all that was measured.</param>
    public ClusterOutcome Run(int seed, bool ResumesByCase)
    {
        var random = new Random(seed);
        var free = new PriorityQueue<int, double>(Enumerable.Range(0, Nodes).Select(node => (node, 0.0)));
        var failsAt = Enumerable.Range(0, Nodes).Select(_ => Exponential(random)).ToArray();
        var waiting = new Queue<double>(Enumerable.Repeat(TaskS, Tasks));
        // A task comes back to the queue at the moment when its node failed, not before.
        var returning = new PriorityQueue<double, double>();
        var (end, failures, lost) = (0.0, 0, 0.0);
        while (waiting.Count + returning.Count > 0)
        {
            free.TryDequeue(out var node, out var now);
            while (returning.TryPeek(out var back, out var at) && at <= now)
            {
                waiting.Enqueue(back);
                returning.Dequeue();
            }

            if (waiting.Count == 0)
            {
                returning.TryPeek(out _, out var next);
                free.Enqueue(node, next);
                continue;
            }

            while (failsAt[node] <= now)
                failsAt[node] += RepairS + Exponential(random);
            var left = waiting.Dequeue();
            var until = now + StartS + left;
            if (failsAt[node] >= until)
            {
                end = Math.Max(end, until);
                free.Enqueue(node, until);
                continue;
            }

            failures++;
            var measured = Math.Max(0, failsAt[node] - now - StartS);
            var kept = ResumesByCase ? Math.Floor(measured / CaseS) * CaseS : 0;
            lost += measured - kept;
            returning.Enqueue(left - kept, failsAt[node]);
            free.Enqueue(node, failsAt[node] + RepairS);
        }

        return new(end, failures, lost, Tasks * TaskS / (Nodes * end));
    }

    private double Exponential(Random random) => -Math.Log(1 - random.NextDouble()) * MeanTimeToFailureS;
}

/// <param name="MakespanS">From the first start to the last end.</param>
/// <param name="Failures">Tasks that a failing node cut off.</param>
/// <param name="LostS">Measured and not stored.</param>
/// <param name="Efficiency">Share of the nodes' time that measured something kept.</param>
internal sealed record ClusterOutcome(double MakespanS, int Failures, double LostS, double Efficiency);
