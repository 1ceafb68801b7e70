using SparseProf.CostModel.Hardware;
using SparseProf.Ops;
using SparseProf.Ops.Statistics;
using SparseProf.Ops.Units;
using SparseProf.Profiler.Kernels.Cuda;
using SparseProf.Profiler.Workers;
using SparseProf.Profiler.Workers.Calibration;
using SparseProf.Store;
using SparseProf.Store.Rows;

namespace SparseProf.Cli.Measure;

/// <summary>One thing that a GPU must show if the harness is right.</summary>
/// <param name="Passed">Null where there is nothing to compare with.</param>
internal sealed record Verdict(string What, string Found, string Expected, bool? Passed);

/// <summary>Compares a run with what is known of its GPU beforehand: if something is off, the harness is wrong before the machine is.</summary>
internal static class AcceptanceVerdicts
{
    private const double LongestEmptyKernel = 3e-6;
    private const double LargestHarnessShare = 0.05;
    private const double LargestDisagreement = 0.03;
    private const double SamePercent = 0.02;

    public static IReadOnlyList<Verdict> Of(GpuEvidence evidence)
    {
        var (reader, rows, run) = (evidence.Reader, evidence.Rows, evidence.Run);
        var profile = ProfileMatch.Find(run.DeviceName, run.DeviceMemoryBytes);
        return
        [
            .. Floors(evidence.Calibration, profile),
            .. Sentinels(reader, rows, run, profile),
            .. Drift(evidence.Calibration),
            .. TwoFour(evidence),
            .. Energy(reader, rows, run),
            .. Errors(rows),
            .. RunAgreement.Of(reader, run, rows),
        ];
    }

    private static IEnumerable<Verdict> Floors(IReadOnlyDictionary<string, double> calibration, HardwareProfile? profile)
    {
        if (calibration.TryGetValue(DeviceFloors.EmptyName, out var empty))
            yield return new Verdict("empty kernel in a graph", new Seconds(empty).ToString(), "under " + new Seconds(LongestEmptyKernel), empty < LongestEmptyKernel);
        if (calibration.TryGetValue(PowerCalibration.SlowsBy, out var slows))
            yield return new Verdict("reading NVML slows empty kernels by", $"{slows:P1}", $"up to {LargestHarnessShare:P0}", slows <= LargestHarnessShare);
        if (calibration.TryGetValue(PowerCalibration.ProcessorShare, out var processor))
            yield return new Verdict("reading NVML takes of one processor", $"{processor:P1}", $"up to {LargestHarnessShare:P0}", processor <= LargestHarnessShare);
        if (!calibration.TryGetValue(DeviceFloors.CopyName, out var copy))
            yield break;
        var sheet = profile?.Number("memory_bandwidth_bytes_per_s").Value;
        yield return new Verdict(
            "copy within device memory", new BytesPerSecond(copy).ToString(),
            sheet is { } peak ? $"75 to 100 % of {new BytesPerSecond(peak)} ({profile!.Id})" : "no profile matches this GPU",
            sheet is { } bandwidth ? copy / bandwidth is >= 0.75 and <= 1 : null);
    }

    private static IEnumerable<Verdict> Sentinels(MeasurementReader reader, IReadOnlyList<MeasurementRow> rows, RunRow run, HardwareProfile? profile)
    {
        var square = rows.Where(row => row is { Kernel: "cublaslt", OpKind: "gemm", Dtype: "bf16", Execution: Execution.Dense } && row.M == row.N && row.N == row.K).ToList();
        foreach (var row in square.Where(row => row.Data == "normal"))
        {
            var rate = Rate(reader, row);
            var name = $"{row.M}³ bf16, {(row.Regime == Regime.Burst ? "burst" : "sustained")}";
            // Seen elsewhere on an H200 with random data, the mean of ten products behind three: 769 to 798 TFLOP/s.
            if (run.DeviceName.Contains("H200", StringComparison.Ordinal) && row.M == 8192 && row.Regime == Regime.Burst)
                yield return new Verdict(name, rate.ToString(), "770 to 800 TFLOP/s on an H200", rate.Value is >= 765e12 and <= 805e12);
            else if (profile?.PeakDense.GetValueOrDefault("bf16", Fact.Unknown).Value is { } peak)
                yield return new Verdict(name, rate.ToString(), $"60 to 100 % of {new FlopsPerSecond(peak)} ({profile.Id})", rate.Value / peak is >= 0.6 and <= 1);
            else
                yield return new Verdict(name, rate.ToString(), "no profile matches this GPU", null);
            if (square.Find(other => other.Data == "zeros" && other.M == row.M && other.Regime == row.Regime) is { } zeros)
            {
                var gain = Rate(reader, zeros).Value / rate.Value;
                yield return new Verdict(name + ", zeros over random", $"{gain:0.000}", "1.00 to 1.25: zeros draw less power", gain is >= 0.99 and <= 1.25);
            }
        }
    }

    private static IEnumerable<Verdict> Drift(IReadOnlyDictionary<string, double> calibration) =>
        from part in new[] { (Name: SentinelCalibration.ProductName, What: "product"), (Name: SentinelCalibration.CopyName, What: "copy") }
        let drift = SentinelCalibration.Drifts(calibration, part.Name)
        where drift is not null
        select new Verdict(
            $"the sentinel's {part.What} during the run", $"{drift.Value.Least:0.000} to {drift.Value.Most:0.000} times its first time, {drift.Value.Looks} looks",
            $"within {SamePercent:P0}", drift.Value.Least >= 1 - SamePercent && drift.Value.Most <= 1 + SamePercent);

    private static IEnumerable<Verdict> TwoFour(GpuEvidence evidence) =>
        from speedup in GpuBreakEvens.TwoFour(evidence)
        where speedup is { Dtype: "bf16", Mode: TimingMode.Graph } && speedup.Shape.Split('x').Distinct().Count() == 1 && speedup.Measure is "burst" or "sustained"
        // Where the power limit slows the dense product more, 2:4 gains by it.
        let most = speedup.Measure == "burst" ? 1.7 : 2
        select new Verdict($"2:4 against dense, {speedup.Shape}, {speedup.Measure}", $"{speedup.Value.Value:0.00}", $"1.2 to {most:0.0}", speedup.Value.Value >= 1.2 && speedup.Value.Value <= most);

    private static IEnumerable<Verdict> Energy(MeasurementReader reader, IReadOnlyList<MeasurementRow> rows, RunRow run)
    {
        foreach (var row in rows.Where(row => row is { Result: { EnergyJ: not null, EnergyCalls: not null, EnergyWindowS: > 0 }, OpKind: "gemm" } && row.M == row.N && row.N == row.K && row is { Dtype: "bf16", Execution: Execution.Dense, Data: "normal" }))
        {
            var power = new Watts(row.Result!.EnergyJ!.Value * row.Result.EnergyCalls!.Value / row.Result.EnergyWindowS!.Value);
            var limit = Limit(run);
            yield return new Verdict(
                $"power of {row.M}³ bf16, sustained", power.ToString(), limit is { } cap ? $"85 to 105 % of the limit of {cap}" : "no power limit is told",
                limit is { } watts ? power.Value / watts.Value is >= 0.85 and <= 1.05 : null);
        }

        var disagreements = rows.Select(row => row.Result?.EnergyDisagreement).OfType<double>().Order().ToList();
        if (disagreements.Count > 0)
        {
            var median = disagreements[disagreements.Count / 2];
            yield return new Verdict("energy counter against integrated power, median", $"{median:P1}", $"under {LargestDisagreement:P0}", median < LargestDisagreement);
        }

        // Of the window of a sustained case, what was not spent in calls: the host between two samples.
        var shares = rows.Where(row => row.Result is { EnergyCalls: > 0, EnergyWindowS: > 0 })
            .Select(row => (Row: row, Time: OrderStatistics.Median(reader.Samples(row.Id))))
            .Where(timed => timed.Time > 100e-6).Select(timed => 1 - timed.Time * timed.Row.Result!.EnergyCalls!.Value / timed.Row.Result.EnergyWindowS!.Value).Order().ToList();
        if (shares.Count > 0)
            yield return new Verdict("wall clock that sampling adds, kernels over 100 µs, median", $"{shares[shares.Count / 2]:P1}", $"up to {LargestHarnessShare:P0}", shares[shares.Count / 2] <= LargestHarnessShare);
    }

    private static IEnumerable<Verdict> Errors(IReadOnlyList<MeasurementRow> rows)
    {
        var checkedRows = rows.Where(row => row is { OpKind: "gemm", Data: "normal", MaxRelError: not null } && row.Dtype != "int8").ToList();
        if (checkedRows.Count == 0)
            yield break;
        var exact = checkedRows.Count(row => row.MaxRelError == 0);
        yield return new Verdict("results that agree with fp64 to the last bit", $"{exact} of {checkedRows.Count}", "0: rounding must show", exact == 0);
        var wrong = rows.Count(row => row is { Verified: false, Data: "normal" });
        yield return new Verdict("results outside their tolerance", $"{wrong} of {rows.Count}", "0", wrong == 0);
    }

    private static Watts? Limit(RunRow run) =>
        System.Text.Json.JsonSerializer.Deserialize<Dictionary<string, string>>(run.DeviceFactsJson)?.GetValueOrDefault("power_limit_w") is { } text
        && double.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var watts) ? new Watts(watts) : null;

    private static FlopsPerSecond Rate(MeasurementReader reader, MeasurementRow row) =>
        new Flops(row.DenseEquivalentFlops!.Value) / new Seconds(OrderStatistics.Median(reader.Samples(row.Id)));
}
