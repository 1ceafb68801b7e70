using System.Diagnostics;
using SparseProf.Store.Merging;

namespace SparseProf.Scale;

/// <summary>Time, memory and disk of merging synthetic shards.</summary>
internal static class MergeTimes
{
    public static void Report(string folder, int shards, int measurements, int samples, int rounds)
    {
        var files = SyntheticShards.Make(folder, shards, measurements, samples);
        Console.WriteLine($"{shards:N0} synthetic shards of {measurements:N0} measurements with {samples} samples: {files.Sum(file => new FileInfo(file).Length) / 1e6:N0} MB");
        for (var round = 1; round <= rounds; round++)
        {
            var output = Path.Combine(folder, $"merged{round}.db");
            var before = Process.GetCurrentProcess().TotalProcessorTime;
            var watch = Stopwatch.StartNew();
            var result = ShardMerge.Into(output, files);
            Console.WriteLine(
                $"merge {round}: {watch.Elapsed.TotalSeconds:0.0} s, {(Process.GetCurrentProcess().TotalProcessorTime - before).TotalSeconds:0.0} s of processors, {result.Measurements:N0} measurements, {result.Samples:N0} samples, {new FileInfo(output).Length / 1e6:N0} MB, peak memory {Process.GetCurrentProcess().PeakWorkingSet64 / 1e6:N0} MB");
            File.Delete(output);
        }

        foreach (var file in files)
            File.Delete(file);
    }
}
