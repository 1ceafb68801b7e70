using System.Diagnostics;
using SparseProf.CostModel.Hardware;
using SparseProf.CostModel.Latency;

namespace SparseProf.Accuracy;

/// <summary>How fast a table is learned and calls are predicted: by the clock, and by processor time where the machine is shared.</summary>
internal static class Speed
{
    private const string Table = "aic_gemm_h200_vllm0.24.0";
    private const string Profile = "nvidia-h200-sxm-141gb";
    private const int Calls = 262_144;

    // As many different calls as a processor's cache holds.
    private const int Different = 4096;
    private const int Rounds = 9;

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(1);

    public static void Print(PublicTables data, TextWriter output)
    {
        if (data.File(Table) is null)
        {
            output.WriteLine($"skipped: no {Table}");
            return;
        }

        var table = data.Gemm(Table);
        var profile = ProfileCatalog.Load(Profile);
        Calibration? calibration = null;
        var (wall, processor) = Time(() => calibration = Calibration.Fit(profile, table, Priors.None, null, 0));
        output.WriteLine($"fit of {table.Rows.Count} rows: {wall:0.0} s by the clock on {Environment.ProcessorCount} threads, {processor:0.0} s of processor time");
        var predictor = calibration!.Predictors.Values.Single();
        var random = new Random(1);
        var calls = Repeat(table.Rows.Take(Different).Select(row => row.Call with { }));
        var scattered = Repeat(table.Rows.Take(Different).Select(row => row.Call with { M = random.Next(1, 8192), N = 32 * random.Next(1, 500), K = 32 * random.Next(1, 500) }));
        var predictions = new LatencyPrediction[Calls];
        var seconds = new double[Calls];
        PrintRate(output, "roofline of the data sheet", () => Floors(calls, predictor.Device, seconds));
        PrintRate(output, "calibrated roofline with tiles and waves", () => predictor.Base.Physics.Latency(calls, predictor.Device, seconds));
        PrintRate(output, "fitted, with intervals, weight shapes of the table", () => predictor.Predict(calls, predictions));
        PrintRate(output, "fitted, with intervals, each weight shape new", () => predictor.Predict(scattered, predictions));
    }

    private static KernelCall[] Repeat(IEnumerable<KernelCall> calls)
    {
        var different = calls.ToArray();
        return [.. Enumerable.Range(0, Calls).Select(i => different[i % different.Length])];
    }

    private static void Floors(KernelCall[] calls, DeviceFigures device, double[] seconds)
    {
        for (var i = 0; i < calls.Length; i++)
            seconds[i] = device.Floor(Work.Of(calls[i]));
    }

    // The median round on one thread, once the compiler has had the time to optimize what runs.
    private static void PrintRate(TextWriter output, string name, Action predict)
    {
        for (var warm = Stopwatch.StartNew(); warm.Elapsed < WarmUp;)
            predict();
        var rounds = Enumerable.Range(0, Rounds).Select(_ => Time(predict)).ToArray();
        double Rate(IEnumerable<double> seconds) => Calls / seconds.Order().ElementAt(Rounds / 2) / 1e6;
        output.WriteLine($"{name}: {Rate(rounds.Select(round => round.Wall)):0.00} M predictions/s by the clock, {Rate(rounds.Select(round => round.Processor)):0.00} M/s of processor time");
    }

    private static (double Wall, double Processor) Time(Action action)
    {
        var before = Environment.CpuUsage.TotalTime;
        var watch = Stopwatch.StartNew();
        action();
        return (watch.Elapsed.TotalSeconds, (Environment.CpuUsage.TotalTime - before).TotalSeconds);
    }
}
