using SparseProf.Scale;

// dotnet run -c Release --project bench/Scale -- merge [SHARDS MEASUREMENTS SAMPLES [ROUNDS]]   synthetic shards, merged
//                                             -- store [MEASUREMENTS…]                          databases of growing size
//                                             -- cluster                                        10,000 tasks on 1,000 nodes, simulated
var folder = Directory.CreateTempSubdirectory("sparseprof-scale-").FullName;
try
{
    switch (args)
    {
        case []:
        case ["merge"]:
            MergeTimes.Report(folder, 100, 10_000, 50, 3);
            return 0;
        case ["merge", var shards, var measurements, var samples, .. var rounds]:
            MergeTimes.Report(folder, int.Parse(shards), int.Parse(measurements), int.Parse(samples), rounds is [var count] ? int.Parse(count) : 1);
            return 0;
        case ["store", .. var sizes]:
            foreach (var size in sizes.Length == 0 ? ["1000", "4000", "16000", "64000"] : sizes)
                GrowingStore.Report(folder, int.Parse(size), 100);
            return 0;
        case ["cluster"]:
            Cluster();
            return 0;
        default:
            Console.Error.WriteLine("usage: Scale [merge [SHARDS MEASUREMENTS SAMPLES [ROUNDS]] | store [MEASUREMENTS…] | cluster]");
            return 2;
    }
}
finally
{
    Directory.Delete(folder, recursive: true);
}

static void Cluster()
{
    const double Hour = 3600, Day = 24 * Hour;
    const int Seeds = 20;
    foreach (var days in new[] { 365.0, 30, 7, 1 })
    {
        foreach (var resumes in new[] { true, false })
        {
            var cluster = new ClusterSimulation(Tasks: 10_000, Nodes: 1_000, TaskS: Hour, StartS: 10, CaseS: 3, MeanTimeToFailureS: days * Day, RepairS: Hour);
            var outcomes = Enumerable.Range(0, Seeds).Select(seed => cluster.Run(seed, resumes)).ToList();
            Console.WriteLine(
                $"a node fails every {days:0} days, {(resumes ? "resumes by case" : "begins anew")}: {outcomes.Average(o => o.MakespanS) / Hour:0.00} h ({outcomes.Min(o => o.MakespanS) / Hour:0.00}–{outcomes.Max(o => o.MakespanS) / Hour:0.00}), {outcomes.Average(o => o.Failures):0} tasks cut off, {outcomes.Average(o => o.LostS):0} s of measuring lost, efficiency {outcomes.Average(o => o.Efficiency):0.000}");
        }
    }
}
