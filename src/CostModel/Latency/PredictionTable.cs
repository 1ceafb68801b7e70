using System.Globalization;
using SparseProf.CostModel.Hardware;
using SparseProf.Ops.Errors;
using SparseProf.Ops.Statistics;

namespace SparseProf.CostModel.Latency;

/// <summary>Appends predictions to the rows of a kernel CSV, in order.</summary>
public static class PredictionTable
{
    private const int RowsOfThread = 4096;

    public static IReadOnlyList<LatencyPrediction> Predict(KernelTable table, HardwareProfile profile, Calibration? calibration, Priors priors)
    {
        var predictions = new LatencyPrediction[table.Rows.Count];
        foreach (var family in Enumerable.Range(0, predictions.Length).GroupBy(i => table.Rows[i].Call.Family))
        {
            int[] places = [.. family];
            var calls = places.Select(i => table.Rows[i].Call).ToArray();
            var predictor = PredictorFor(table.Rows[places[0]], table.Path, calibration, profile, priors);
            Parallel.ForEach(calls.Chunk(RowsOfThread).Select((some, chunk) => (some, chunk)), part =>
            {
                var (some, chunk) = part;
                var predicted = new LatencyPrediction[some.Length];
                predictor.Predict(some, predicted);
                for (var i = 0; i < predicted.Length; i++)
                    predictions[places[chunk * RowsOfThread + i]] = predicted[i];
            });
        }

        return predictions;
    }

    private static KernelPredictor PredictorFor(KernelRow row, string path, Calibration? calibration, HardwareProfile profile, Priors priors)
    {
        try
        {
            return Calibration.PredictorFor(row.Call, calibration, profile, priors);
        }
        catch (UserErrorException unusable) when (row.Line > 0)
        {
            throw new UserErrorException(unusable.Kind, unusable.Message, unusable) { Where = $"{path}:{row.Line}, for {profile.Id}", Allowed = unusable.Allowed, Next = unusable.Next };
        }
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
