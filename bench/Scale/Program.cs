using System.Diagnostics;
using SparseProf.Scale;
using SparseProf.Store.Merging;

// dotnet run -c Release --project bench/Scale [-- SHARDS MEASUREMENTS SAMPLES]: synthetic shards, merged three times.
var (shards, measurements, samples) = args is [var s, var m, var n] ? (int.Parse(s), int.Parse(m), int.Parse(n)) : (100, 10_000, 50);
var folder = Directory.CreateTempSubdirectory("sparseprof-scale-").FullName;
try
{
    var files = SyntheticShards.Make(folder, shards, measurements, samples);
    Console.WriteLine($"{shards} synthetic shards of {measurements:N0} measurements with {samples} samples: {files.Sum(file => new FileInfo(file).Length) / 1e6:N0} MB");
    for (var round = 1; round <= 3; round++)
    {
        var output = Path.Combine(folder, $"merged{round}.db");
        var watch = Stopwatch.StartNew();
        var result = ShardMerge.Into(output, files);
        Console.WriteLine(
            $"merge {round}: {watch.Elapsed.TotalSeconds:0.0} s, {result.Measurements:N0} measurements, {result.Samples:N0} samples, {new FileInfo(output).Length / 1e6:N0} MB, peak memory {Process.GetCurrentProcess().PeakWorkingSet64 / 1e6:N0} MB");
        File.Delete(output);
    }

    return 0;
}
finally
{
    Directory.Delete(folder, recursive: true);
}
