using System.CommandLine;
using System.Globalization;
using SparseProf.Cli.Output;
using SparseProf.CostModel.Decisions;
using SparseProf.CostModel.Hardware;
using SparseProf.CostModel.Latency;
using SparseProf.Ops.Errors;
using SparseProf.Ops.Statistics;
using SparseProf.Ops.Units;
using SparseProf.Store;

namespace SparseProf.Cli.Commands;

/// <summary><c>sparseprof compare</c>: two or more runs, or profiles, on the same work; the first is the baseline.</summary>
internal static class CompareCommand
{
    public static Command Build()
    {
        var sides = new Argument<string[]>("A B") { Description = "Ids of runs in --db, or profiles on the kernels of --csv; the first is the baseline.", Arity = new(2, 100) };
        var csv = new Option<string?>("--csv") { Description = "The kernels to compare profiles on.", HelpName = "FILE" };
        var priors = ModelOptions.Priors();
        var calibrations = ModelOptions.Calibrations();
        var database = CommonOptions.Database();
        var seed = CommonOptions.Seed();
        var json = CommonOptions.Json();
        var command = new Command("compare", "Compare runs, or predictions for devices, on the same work.") { sides, csv, calibrations, priors, database, seed, json };
        command.SetAction(parsed =>
        {
            var names = parsed.GetValue(sides)!;
            var comparisons = parsed.GetValue(csv) is { } file
                ? Profiles(names, file, parsed.GetValue(calibrations) ?? [], Priors.Read(parsed.GetValue(priors) ?? [], parsed.GetValue(seed)))
                : Runs(names, parsed.GetValue(database)!.FullName);
            if (parsed.GetValue(json))
                WriteJson(names[0], comparisons);
            else
                WriteTables(names[0], comparisons);
        });
        return command.WithExamples(
            "sparseprof compare 1 2 --db sparseprof.db   # run 2 against run 1",
            "sparseprof compare nvidia-a100-sxm4-80gb nvidia-h100-sxm5-80gb nvidia-h200-sxm-141gb --csv shapes.csv",
            "sparseprof compare nvidia-h100-sxm5-80gb nvidia-h200-sxm-141gb --csv shapes.csv --calibration h100.json --calibration h200.json");
    }

    private static List<(string Name, IReadOnlyList<ComparedWork> Works)> Runs(string[] names, string database)
    {
        var ids = names.Select(Run).ToArray();
        using var reader = MeasurementReader.Open(database);
        var comparisons = new List<(string, IReadOnlyList<ComparedWork>)>();
        foreach (var id in ids[1..])
        {
            var works = RunComparison.Of(reader, ids[0], id);
            if (works.Count == 0)
                throw new UserErrorException(ErrorKind.WrongUsage, $"runs {ids[0]} and {id} measured no work in common") { Where = database, Next = "measure the same suite in both" };
            comparisons.Add(($"{id}", works));
        }

        return comparisons;
    }

    private static long Run(string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
        ? id
        : throw new UserErrorException(ErrorKind.WrongUsage, $"'{text}' is not the id of a run") { Allowed = "whole numbers; or profiles together with --csv FILE" };

    private static List<(string Name, IReadOnlyList<ComparedWork> Works)> Profiles(string[] names, string csv, string[] calibrations, Priors priors)
    {
        var table = KernelTable.Read(csv, needLatency: false);
        var profiles = names.Select(ProfileCatalog.Load).ToArray();
        var fitted = ModelOptions.LoadAll(calibrations, profiles);
        var predictions = profiles.Select(profile => (profile.Id, Calls: PredictionTable.Predict(table, profile, fitted.GetValueOrDefault(profile.Id), priors))).ToArray();
        return [.. predictions[1..].Select(side => (side.Id, Compared(table, predictions[0].Calls, side.Calls)))];
    }

    private static IReadOnlyList<ComparedWork> Compared(KernelTable table, IReadOnlyList<LatencyPrediction> baseline, IReadOnlyList<LatencyPrediction> candidate) =>
        [.. table.Rows.Select((row, i) => ComparedWork.Of($"line {row.Line}, {row.Call.Family}", baseline[i].Seconds, candidate[i].Seconds))];

    private static void WriteTables(string baseline, List<(string Name, IReadOnlyList<ComparedWork> Works)> comparisons)
    {
        foreach (var (name, works) in comparisons)
        {
            Console.Out.WriteLine($"{name} against {baseline}: time ratios with {works[0].TimeRatio.Coverage:0 %} intervals, sides taken as independent");
            var table = new TextTable().Text("work").Numbers(baseline, name, "ratio", "low", "high").Text("verdict");
            foreach (var work in works)
            {
                var ratio = work.TimeRatio;
                table.Row(work.Work, new Seconds(work.Baseline.Value).ToString(), new Seconds(work.Candidate.Value).ToString(), $"{ratio.Value:0.000}", $"{ratio.Low:0.000}", $"{ratio.High:0.000}", Name(work.Verdict));
            }

            table.Write(Console.Out);
        }
    }

    private static void WriteJson(string baseline, List<(string Name, IReadOnlyList<ComparedWork> Works)> comparisons) => JsonOutput.Write(comparisons.Select(comparison => new
    {
        Baseline = baseline,
        Candidate = comparison.Name,
        Works = comparison.Works.Select(work => new
        {
            work.Work,
            BaselineS = Interval(work.Baseline),
            CandidateS = Interval(work.Candidate),
            TimeRatio = Interval(work.TimeRatio),
            Provenance = PredictionTable.Name(work.TimeRatio.Provenance),
            Verdict = Name(work.Verdict),
        }),
    }).ToArray());

    private static object Interval(Estimate estimate) => new { estimate.Value, estimate.Low, estimate.High, estimate.Coverage };

    private static string Name(Verdict verdict) => verdict.ToString().ToLowerInvariant();
}
