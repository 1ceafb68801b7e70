using System.Diagnostics;
using SparseProf.Store;

namespace SparseProf.Scale;

/// <summary>What a database of synthetic measurements costs to write, to open and to read, by its size.</summary>
internal static class GrowingStore
{
    public static void Report(string folder, int measurements, int samples)
    {
        var watch = Stopwatch.StartNew();
        var path = SyntheticShards.Make(folder, 1, measurements, samples)[0];
        var written = watch.Elapsed.TotalSeconds;
        watch.Restart();
        int rows;
        long read = 0;
        using (var reader = MeasurementReader.Open(path))
        {
            var all = reader.Measurements();
            rows = all.Count;
            foreach (var row in all)
                read += reader.Samples(row.Id).Length;
        }

        var reading = watch.Elapsed.TotalSeconds;
        watch.Restart();
        StoreCheck.Check(path);
        var checking = watch.Elapsed.TotalSeconds;
        var bytes = new FileInfo(path).Length;
        Console.WriteLine(
            $"{rows:N0} measurements, {read:N0} samples: {bytes / 1e6:N1} MB ({(bytes - (8.0 * read)) / rows:N0} B a measurement beside its samples), written in {written:0.0} s, all read in {reading:0.0} s, checked in {checking:0.0} s, memory {Process.GetCurrentProcess().PeakWorkingSet64 / 1e6:N0} MB");
        File.Delete(path);
    }
}
