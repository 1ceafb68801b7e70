using SparseProf.Cli.Output;
using SparseProf.CostModel.Decisions;

namespace SparseProf.Cli.Measure;

/// <summary>From which sparsity on a format is faster than dense, for each shape that was measured at several densities.</summary>
internal static class BreakEvenTable
{
    public static void Write(IReadOnlyList<TimedMeasurement> measurements, IReadOnlyDictionary<long, Speedup> speedups, TextWriter output)
    {
        var formats = MeasuredBreakEven.Of(measurements, speedups);
        if (formats.Count == 0)
            return;
        output.WriteLine("\nBreak-even: the sparsity above which the format is faster than the best dense kernel");
        // Time at full clock is the rule; the column is of runs that have more.
        var several = formats.Any(format => format.Measure != formats[0].Measure);
        var table = new TextTable().Text(["op", "m×n×k", "format", "kernel", "caches", .. several ? ["by"] : Array.Empty<string>()]).Numbers("break-even sparsity", "95 % band");
        foreach (var format in formats)
        {
            var row = format.First.Row;
            table.Row(
            [
                row.OpKind, format.Shape, format.Format, row.Kernel, row.Mode.ToString().ToLowerInvariant(), .. several ? [format.Measure] : Array.Empty<string>(),
                Value(format), format.BreakEven.Density is { } density ? $"{Percent(1 - density.High)} – {Percent(1 - density.Low)}" : "",
            ]);
        }

        table.Write(output);
    }

    private static string Value(MeasuredBreakEven format) => format.BreakEven switch
    {
        { Density: { } density } => Percent(1 - density.Value),
        { Kind: BreakEvenKind.AlwaysFaster } => $"below {Percent(1 - format.Family[0].Density.Value)}",
        _ => $"above {Percent(1 - format.Family[^1].Density.Value)}",
    };

    private static string Percent(double share) => $"{share * 100:0.#} %";
}
