using System.Globalization;
using SparseProf.CostModel.Hardware;
using SparseProf.Ops.Statistics;

namespace SparseProf.CostModel.Latency;

/// <summary>Appends predictions to the rows of a kernel CSV, in order.</summary>
public static class PredictionTable
{
    public static IReadOnlyList<LatencyPrediction> Predict(KernelTable table, HardwareProfile profile, Calibration? calibration, Priors priors)
    {
        // Families first, so that a prior is fitted once; then rows in parallel.
        var predictors = table.Rows.Select(row => row.Call).DistinctBy(call => call.Family)
            .ToDictionary(call => call.Family, call => Calibration.PredictorFor(call, calibration, profile, priors));
        var predictions = new LatencyPrediction[table.Rows.Count];
        Parallel.For(0, predictions.Length, i => predictions[i] = predictors[table.Rows[i].Call.Family].Predict(table.Rows[i].Call));
        return predictions;
    }

    /// <param name="power">Also predicted_power_w, where the profile has a power limit.</param>
    public static void Write(TextWriter output, KernelTable table, IReadOnlyList<LatencyPrediction> predictions, HardwareProfile profile, Calibration? calibration, bool power)
    {
        output.WriteLine(CsvText.Line([.. table.Header, "predicted_s", "low_s", "high_s", "provenance", "out_of_range", .. power ? ["predicted_power_w"] : Array.Empty<string>()]));
        for (var i = 0; i < predictions.Count; i++)
        {
            var (seconds, outOfRange) = predictions[i];
            var row = table.Rows[i];
            output.WriteLine(CsvText.Line(
                [.. row.Fields, Number(seconds.Value), Number(seconds.Low), Number(seconds.High), Name(seconds.Provenance), outOfRange ? "true" : "false",
                .. power ? [Watts(row.Call, seconds.Value, profile, calibration)] : Array.Empty<string>()]));
        }
    }

    public static string Name(Provenance provenance) => provenance switch
    {
        Provenance.Measured => "measured",
        Provenance.Interpolated => "interpolated",
        Provenance.Transferred => "transferred",
        _ => "data sheet",
    };

    private static string Watts(KernelCall call, double seconds, HardwareProfile profile, Calibration? calibration) =>
        Energy.PowerPrediction.Of(call, seconds, profile, calibration) is { } watts ? Number(watts.Value) : "";

    private static string Number(double value) => value.ToString("G7", CultureInfo.InvariantCulture);
}
