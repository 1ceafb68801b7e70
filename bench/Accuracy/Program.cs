using System.Globalization;
using SparseProf.Accuracy;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (args is not [var directory, .. var filters])
{
    Console.Error.WriteLine("usage: accuracy DATA [speed | TEXT…]   # DATA holds the public tables, a folder each; TEXT picks lines that contain it; speed times fits and predictions");
    return 2;
}

var data = new PublicTables(directory);
if (filters is ["speed"])
{
    Speed.Print(data, Console.Out);
    return 0;
}

Console.Out.WriteLine("Mean absolute percentage error on rows held out by site or by device; share within the 90 % intervals.");
Console.Out.WriteLine();
Console.Out.WriteLine("| task | rows | ours % | goal % | baseline % | coverage % | |");
Console.Out.WriteLine("| --- | ---: | ---: | ---: | ---: | ---: | --- |");
foreach (var line in Line.All.Where(line => filters.Length == 0 || filters.Any(line.Name.Contains)))
{
    var absent = line.Files.Where(file => data.File(file) is null).ToArray();
    if (absent.Length > 0)
    {
        Console.Out.WriteLine($"| {line.Name} | | | {line.Goal} | {line.Baseline} | | skipped: no {string.Join(", ", absent)} |");
        continue;
    }

    var score = line.Replay(data);
    string[] misses = [.. score.Error > line.Goal ? ["error missed"] : Array.Empty<string>(), .. score.Coverage is < 87 or > 93 ? ["coverage missed"] : Array.Empty<string>()];
    Console.Out.WriteLine($"| {line.Name} | {score.Rows} | {score.Error:0.00} | {line.Goal?.ToString() ?? "-"} | {line.Baseline} | {score.Coverage:0.0} | {string.Join(", ", misses)} |");
}

return 0;
