using SparseProf.TrainingBench;

// dotnet run -c Release --project bench/Training [-- NAME…]; what was trained is kept in the database
const string Database = "artifacts/bench-training.db";
Directory.CreateDirectory(Path.GetDirectoryName(Database)!);
var archive = new TrainingArchive(Database);
IReadOnlyList<ITrainingBench> benches = [new ResumeBench(), new ThroughputBench(), new MixtureBench(archive), new TransferBench(archive), new VisionBench(archive)];
var chosen = args.Length == 0 ? benches : [.. benches.Where(bench => args.Contains(bench.Name))];
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
