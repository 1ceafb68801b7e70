using System.Globalization;
using SparseProf.Cli.Measure;
using SparseProf.CostModel.Decisions;
using SparseProf.Ops.Statistics;
using SparseProf.Ops.Units;

namespace SparseProf.Cli.Reproduce;

/// <summary>How figures of a reproduction are written.</summary>
internal static class ReproduceCells
{
    public const string Nothing = "–";

    /// <summary>91.4 (90.8 – 92.0), in percent.</summary>
    public static string Percent(Estimate? share) => share is { } known ? Interval(known, 100, "0.0") : Nothing;

    public static string Share(Estimate? share) => share is { } known ? Interval(known, 1, "0.000") : Nothing;

    public static string Time(TimedMeasurement? measured) =>
        measured is null ? Nothing : $"{new Seconds(measured.Time.Value)} ({new Seconds(measured.Time.Low)} – {new Seconds(measured.Time.High)})";

    public static string Memory(TimedMeasurement? measured) => measured is null ? Nothing
        : $"{Cells.Capacity(measured.Row.WeightBytes)}{(measured.Result.PeakMemoryBytes is { } peak ? $", process {Cells.Capacity(peak)}" : "")}";

    public static string Energy(TimedMeasurement? measured) => EnergyPerCall(measured) is { } energy ? energy.ToString() : Nothing;

    public static Joules? EnergyPerCall(TimedMeasurement? measured) => measured?.Result.EnergyJ is { } energy ? new Joules(energy) : null;

    public static string Parameters(ReproducedModel model)
    {
        var (total, nonzero, active) = (model.Graph.TotalParameters, model.Graph.NonzeroParameters, model.Graph.ActiveParameters);
        return nonzero < total ? $"{SiFormat.Count(nonzero.Value)} of {SiFormat.Count(total.Value)}"
            : active < total ? $"{SiFormat.Count(total.Value)} ({SiFormat.Count(active.Value)} active)"
            : SiFormat.Count(total.Value);
    }

    private static string Interval(Estimate estimate, double factor, string format)
    {
        return double.IsFinite(estimate.Low) ? $"{Text(estimate.Value)} ({Text(estimate.Low)} – {Text(estimate.High)})" : Text(estimate.Value);

        string Text(double value) => (value * factor).ToString(format, CultureInfo.InvariantCulture);
    }
}
