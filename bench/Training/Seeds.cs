using System.Collections.Concurrent;
using System.Globalization;
using SparseProf.Ops.Statistics;
using SparseProf.Torch;

namespace SparseProf.TrainingBench;

/// <summary>The same over several seeds, one thread each.</summary>
internal static class Seeds
{
    public const int Count = 5;

    /// <summary>Runs jobs on as many threads as there are processors; results in the jobs' order.</summary>
    public static IReadOnlyList<TResult> Parallel<TResult>(IReadOnlyList<Func<TResult>> jobs)
    {
        var results = new TResult[jobs.Count];
        var left = new ConcurrentQueue<int>(Enumerable.Range(0, jobs.Count));
        var threads = Enumerable.Range(0, Environment.ProcessorCount).Select(_ => new Thread(() =>
        {
            TorchRuntime.Threads = 1;
            while (left.TryDequeue(out var i))
            {
                results[i] = jobs[i]();
                Console.Error.WriteLine($"  {i + 1}/{jobs.Count}: {results[i]}");
            }
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        return results;
    }

    /// <summary>Mean and half the 95 % interval of one value a seed.</summary>
    public static (double Mean, double Half) Mean(IReadOnlyList<double> values)
    {
        var interval = MeanInterval.Of([.. values]);
        return (interval.Value, (interval.High - interval.Low) / 2);
    }

    public static string Text(IReadOnlyList<double> values, string format = "0.00", string unit = "")
    {
        var (mean, half) = Mean(values);
        return string.Create(CultureInfo.InvariantCulture, $"{mean.ToString(format, CultureInfo.InvariantCulture)}{unit} (±{half.ToString(format, CultureInfo.InvariantCulture)})");
    }
}
