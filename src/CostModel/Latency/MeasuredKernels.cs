using System.Globalization;
using SparseProf.CostModel.Decisions;
using SparseProf.Ops;
using SparseProf.Store;
using SparseProf.Store.Rows;

namespace SparseProf.CostModel.Latency;

/// <summary>What a run measured, as a kernel table: the fastest verified way of each product, convolution and mixture at full clock.</summary>
public static class MeasuredKernels
{
    private const string Zeros = "zeros";

    /// <summary>Writes one row a kernel with median and interval; <c>power_w</c> where a sustained measurement of it gives one.</summary>
    /// <param name="rows">Of one device.</param>
    /// <returns>Rows that were written.</returns>
    public static int Write(TextWriter output, MeasurementReader reader, IEnumerable<MeasurementRow> rows)
    {
        var usable = rows.Where(row => row is { Complete: true, Verified: true, Data: not Zeros } && row.Mode != TimingMode.Cold).Select(row => (Row: row, Call: Call(row))).Where(pair => pair.Call is not null).ToList();
        var power = usable.Where(pair => pair.Row.Regime == Regime.Sustained).GroupBy(pair => (pair.Call, pair.Row.Kernel)).ToDictionary(same => same.Key, same => Watts(same.Last().Row));
        var burst = TimedMeasurement.Load(reader, usable.Where(pair => pair.Row.Regime == Regime.Burst).Select(pair => pair.Row));
        output.WriteLine($"{KernelPlan.Header},kernel_name,mode,latency_low_s,latency_high_s");
        var written = 0;
        foreach (var same in burst.GroupBy(measured => Call(measured.Row)!))
        {
            // Replayed graphs leave the host's time out; where there are some they alone count.
            var graphs = same.Any(measured => measured.Row.Mode == TimingMode.Graph);
            var best = same.Where(measured => !graphs || measured.Row.Mode == TimingMode.Graph).MinBy(measured => measured.Time.Value)!;
            var fields = KernelPlan.Fields(same.Key);
            fields[Place("latency_s")] = Number(best.Time.Value);
            fields[Place("power_w")] = Number(power.GetValueOrDefault((same.Key, best.Row.Kernel)));
            output.WriteLine(CsvText.Line([.. fields, best.Row.Kernel, best.Row.Mode.ToString().ToLowerInvariant(), Number(best.Time.Low), Number(best.Time.High)]));
            written++;
        }

        return written;
    }

    /// <summary>The kernel that a measurement timed; null for what the kernel tables do not know.</summary>
    public static KernelCall? Call(MeasurementRow row)
    {
        if (row.OpKind is not ("gemm" or "conv2d" or "moe_ffn"))
            return null;
        var said = row.Op.Split(' ').Select(word => word.Split('=', 2)).Where(pair => pair.Length == 2).ToDictionary(pair => pair[0], pair => pair[1]);
        double Size(string name) => double.Parse(said[name], CultureInfo.InvariantCulture);
        var dtype = DTypes.Parse(row.Dtype, row.Op);
        var pattern = SparsityPatternText.Parse(row.Pattern, row.Op);
        return row.OpKind switch
        {
            "gemm" => new(KernelKind.Gemm, dtype) { Pattern = pattern, M = Size("m"), N = Size("n"), K = Size("k"), Batch = said.ContainsKey("batch") ? Size("batch") : 1 },
            "conv2d" => new(KernelKind.Conv2d, dtype)
            {
                Pattern = pattern,
                Batch = Size("batch"),
                K = Size("in"),
                N = Size("out"),
                Rows = Size("h"),
                Columns = Size("w"),
                Kernel = Size("kernel"),
                Stride = Size("stride"),
                Padding = Size("pad"),
            },
            _ when said["capacity"] == "dropless" && Exponent(said.GetValueOrDefault("load", ""), row.Op) is { } exponent => new(KernelKind.MoeFfn, dtype)
            {
                Pattern = pattern,
                M = Size("tokens"),
                K = Size("width"),
                N = Size("expert_width"),
                Experts = Size("experts"),
                TopK = Size("top_k"),
                Matrices = Size("matrices"),
                LoadExponent = exponent,
            },
            _ => null,
        };
    }

    // Shares that were measured have no column.
    private static double? Exponent(string load, string where) => ExpertLoad.Parse(load, where) switch
    {
        ExpertLoad.Balanced => 0,
        ExpertLoad.PowerLaw law => law.Exponent,
        _ => null,
    };

    private static double? Watts(MeasurementRow row) =>
        row.Result is { EnergyJ: { } joules, EnergyWindowS: > 0 and { } window } ? joules * (row.Result.EnergyCalls ?? 1) / window : null;

    private static int Place(string column) => Array.IndexOf(KernelPlan.Header.Split(','), column);

    private static string Number(double? value) => value?.ToString("G9", CultureInfo.InvariantCulture) ?? "";
}
