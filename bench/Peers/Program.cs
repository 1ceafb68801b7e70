using SparseProf.Peers;

// dotnet run -c Release --project bench/Peers [-- NAME… | coverage]
if (args is ["coverage"])
    return IntervalCoverage.Run();

IReadOnlyList<IPeerBench> benches =
[
    new TransformerBench(),
    new OperatorBench(),
    new SparseLinearBench(),
    new ScipyBench(),
    new EigenBench(),
    new ScalingBench(),
];

var chosen = args.Length == 0 ? benches : [.. benches.Where(bench => args.Contains(bench.Name))];
if (chosen.Count == 0)
{
    Console.Error.WriteLine($"no such bench; there are: {string.Join(", ", benches.Select(bench => bench.Name))}");
    return 2;
}

var allMet = true;
Console.WriteLine($"{"",-44} {"ours",10} {"peer",10}  ours/peer (95 % interval)  aim");
foreach (var bench in chosen)
{
    foreach (var comparison in bench.Run())
    {
        allMet &= comparison.Met;
        Console.WriteLine(Table.Row(comparison));
    }
}

return allMet ? 0 : 1;
