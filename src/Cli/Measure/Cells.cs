using SparseProf.CostModel.Decisions;
using SparseProf.Ops.Statistics;
using SparseProf.Ops.Units;

namespace SparseProf.Cli.Measure;

/// <summary>How values are written in the tables of measurements.</summary>
internal static class Cells
{
    public static string Time(Estimate seconds) => new Seconds(seconds.Value).ToString();

    /// <summary>Half the interval over the value.</summary>
    public static string Spread(Estimate estimate) => $"{(estimate.High - estimate.Low) / 2 / estimate.Value * 100:0.0} %";

    public static string Ratio(double? ratio) => ratio is null ? "" : $"{ratio:0.00}×";

    public static string Interval(Estimate ratio) => $"{ratio.Low:0.00} – {ratio.High:0.00}";

    public static string Capacity(double? bytes) => bytes is null ? "" : SiFormat.Capacity(new Bytes(bytes.Value));

    public static string Caveats(TimedMeasurement measured) => string.Join(", ", measured.Caveats.Select(observed => observed.Caveat.Name));
}
