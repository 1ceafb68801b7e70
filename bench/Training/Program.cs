using SparseProf.TrainingBench;

// dotnet run -c Release --project bench/Training [-- NAME… seeds=N]; what was trained is kept in the database
const string Database = "artifacts/bench-training.db";
Directory.CreateDirectory(Path.GetDirectoryName(Database)!);
var archive = new TrainingArchive(Database);
IReadOnlyList<ITrainingBench> benches = [new ResumeBench(), new ThroughputBench(), new MixtureBench(archive), new TransferBench(archive), new VisionBench(archive)];
var names = args.Where(arg => !arg.StartsWith("seeds=", StringComparison.Ordinal)).ToList();
if (args.Except(names).LastOrDefault() is { } seeds && (!int.TryParse(seeds["seeds=".Length..], out var count) || (Seeds.Count = count) < 2))
{
    Console.Error.WriteLine($"'{seeds}' is no number of seeds; 2 or more give an interval");
    return 2;
}

var chosen = names.Count == 0 ? benches : [.. benches.Where(bench => names.Contains(bench.Name))];
if (chosen.Count == 0)
{
    Console.Error.WriteLine($"no such bench; there are: {string.Join(", ", benches.Select(bench => bench.Name))}");
    return 2;
}

var allMet = true;
foreach (var bench in chosen)
{
    Console.WriteLine($"\n## {bench.Name}\n\n{bench.Setting}\n");
    Console.WriteLine("| what | measured | aim | |\n| --- | --- | --- | --- |");
    foreach (var finding in bench.Run())
    {
        allMet &= finding.Met != false;
        Console.WriteLine($"| {finding.What} | {finding.Measured} | {finding.Aim} | {(finding.Met switch { null => "", true => "met", false => "missed" })} |");
    }
}

return allMet ? 0 : 1;
