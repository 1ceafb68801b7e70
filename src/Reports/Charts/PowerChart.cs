using SparseProf.Reports.Document;
using SparseProf.Reports.Evidence;

namespace SparseProf.Reports.Charts;

/// <summary>Power and clock over the time of a run.</summary>
internal static class PowerChart
{
    public static Chart Draw(PowerSeries series, string id)
    {
        var rows = series.Points.Select(point => Spec.Row(
            ("second", point.Second), ("power_w", point.Mean), ("power_low", point.Low), ("power_high", point.High),
            ("clock_ghz", point.ClockHz / 1e9), ("temperature_c", point.TemperatureC))).ToList();
        var clock = series.Points.Any(point => point.ClockHz is not null)
            ? """
              , { "height": 90, "mark": { "type": "line", "interpolate": "step", "color": "{second}" }, "encoding": { "x": { "field": "second", "type": "quantitative", "title": "time since the start of the run (s)" }, "y": { "field": "clock_ghz", "type": "quantitative", "title": "clock (GHz)", "scale": { "zero": false } }, "tooltip": [{ "field": "second", "format": ".1f" }, { "field": "clock_ghz", "format": ".3f" }, { "field": "temperature_c", "title": "°C", "format": ".0f" }] } }
              """
            : "";
        var spec = Spec.Parse($$"""
            {
              "vconcat": [
                { "height": 170, "encoding": { "x": { "field": "second", "type": "quantitative", "title": "time since the start of the run (s)" } },
                  "layer": [
                    { "mark": { "type": "area", "opacity": 0.25, "color": "{first}" }, "encoding": { "y": { "field": "power_low", "type": "quantitative", "title": "power (W)" }, "y2": { "field": "power_high" } } },
                    { "mark": { "type": "line", "color": "{first}", "strokeWidth": 1.4 }, "encoding": { "y": { "field": "power_w", "type": "quantitative" }, "tooltip": [{ "field": "second", "format": ".1f" }, { "field": "power_w", "title": "mean W", "format": ".1f" }, { "field": "power_low", "title": "least W", "format": ".1f" }, { "field": "power_high", "title": "most W", "format": ".1f" }] } }
                  ] }
                {{clock}}
              ]
            }
            """);
        var mean = series.Points.Average(point => point.Mean);
        return new Chart(
            id, $"Power of {series.Run.DeviceName}, run {series.Run.Id} ({series.Source})",
            $"Line: mean of each stretch; band: least and most reading. {series.Readings} readings stand behind it.",
            $"Time series of power over {QuantityText.Of(series.Points[^1].Second - series.Points[0].Second, Quantity.Time)}, on average {QuantityText.Of(mean, Quantity.Power)}.", spec, rows);
    }
}
