using SparseProf.Soak;

// dotnet run -c Release --project tests/Soak -- SPARSEPROF.dll DURATION FOLDER [VIEWERS]
// Measures for that long in one process, shows it live in another to that many viewers at full rate, and writes the memory
// and the open handles of both to FOLDER/soak.csv. The exit code is 1 where either grew after the first third.
if (args is not [var program, var length, var folder, .. var rest] || !TimeSpan.TryParse(length, out var duration))
{
    Console.Error.WriteLine("usage: Soak SPARSEPROF.dll DURATION FOLDER [VIEWERS], for example: Soak artifacts/bin/sparseprof.dll 01:00:00 artifacts/soak 10");
    return 2;
}

Directory.CreateDirectory(folder);
var database = Path.Combine(folder, "soak.db");
foreach (var suffix in new[] { "", "-wal", "-shm" })
    File.Delete(database + suffix);
var plan = Path.Combine(folder, "plan.csv");
EndlessPlan.Write(plan);
using var measure = Program("measure", program, "measure", "--cpu", "--threads", "1", "--quick", "--plan", plan, "--time-budget", $"{(int)duration.TotalSeconds}s", "--db", database);
while (!File.Exists(database) && !measure.HasEnded)
    await Task.Delay(100);
await Task.Delay(TimeSpan.FromSeconds(2));
using var serve = Program("serve", program, "serve", "--db", database, "--json");
var address = new Uri(serve.FirstUrl());
using var end = new CancellationTokenSource();
var viewers = Enumerable.Range(0, rest is [var count] ? int.Parse(count) : 10).Select(_ => new Viewer(address)).ToList();
var viewing = viewers.ConvertAll(viewer => viewer.LookAsync(end.Token));
var curve = new UsageCurve(Path.Combine(folder, "soak.csv"), measure, serve, viewers, new FileInfo(database));
await curve.RecordAsync(duration);
await end.CancelAsync();
await Task.WhenAll(viewing);
// While the server still lives: one that died is no flat one.
var flat = curve.Report(Console.Out);
return measure.WaitOrStop() && flat ? 0 : 1;

ChildProgram Program(string name, params string[] arguments) => new(arguments, Path.Combine(folder, name + ".log"));
