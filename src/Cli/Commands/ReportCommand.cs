using System.CommandLine;
using SparseProf.Cli.Output;
using SparseProf.CostModel.Hardware;
using SparseProf.Ops.Architectures;
using SparseProf.Ops.Errors;
using SparseProf.Reports.Evidence;
using SparseProf.Reports.Pdf;
using SparseProf.Workloads;

namespace SparseProf.Cli.Commands;

/// <summary><c>sparseprof report</c>: what the database says, for people who decide.</summary>
internal static class ReportCommand
{
    public static Command Build()
    {
        var html = new Option<string?>("--html") { Description = "Write one self-contained page.", HelpName = "FILE" };
        var pdf = new Option<string?>("--pdf") { Description = "Print that page; needs Chromium, Chrome or Edge.", HelpName = "FILE" };
        var paper = new Option<Paper>("--paper") { Description = "a4 or letter.", HelpName = "a4|letter" };
        var title = new Option<string?>("--title") { Description = "The report's title.", HelpName = "TEXT" };
        var runs = new Option<long[]>("--runs") { Description = "Only these runs; all if not given.", HelpName = "ID", AllowMultipleArgumentsPerToken = true, CustomParser = argument => [.. argument.Tokens.SelectMany(token => Ids(token.Value))] };
        var region = new Option<string?>("--region") { Description = "Whose electricity counts, for carbon: a country of hwprofiles/regions.json.", HelpName = "NAME" };
        var rate = new Option<double>("--qps") { Description = "Load for the comparison of deployments, inferences a second.", DefaultValueFactory = _ => 100, HelpName = "N" };
        var latency = new Option<string?>("--slo-latency") { Description = "What 95 % of requests may take under that load, queueing included: 50ms.", HelpName = "TIME" };
        var markdown = new Option<string?>("--markdown") { Description = "Write a summary for a pull request.", HelpName = "FILE" };
        var csv = new Option<string?>("--csv") { Description = "Write every table and every figure's data as CSV into this folder.", HelpName = "DIR" };
        var trace = new Option<string?>("--trace") { Description = "Write a run (the newest, or the one of --runs) as a Chrome trace.", HelpName = "FILE" };
        var (database, json) = (CommonOptions.Database(), CommonOptions.Json());
        var command = new Command("report", "Renders the decision and its evidence as HTML, PDF, Markdown, CSV or JSON.") { html, pdf, paper, title, runs, region, rate, latency, markdown, csv, trace, database, json };
        command.SetAction(async (parsed, cancel) =>
        {
            var targets = new ReportTargets(parsed.GetValue(html), parsed.GetValue(pdf), parsed.GetValue(paper), parsed.GetValue(markdown), parsed.GetValue(csv), parsed.GetValue(trace), parsed.GetValue(json));
            var request = new ReportRequest(parsed.GetValue(database)!.FullName, parsed.GetValue(title), parsed.GetValue(runs) ?? [], ProgramVersion.Current, Architectures)
            {
                Region = parsed.GetValue(region) is { } name ? Regions.Find(name) : null,
                Load = Load(parsed.GetValue(rate), parsed.GetValue(latency)),
            };
            await targets.WriteAsync(request, cancel);
        });
        return command.WithExamples(
            "sparseprof report                                        # sparseprof-report.html, and .pdf where there is a browser",
            "sparseprof report --pdf report.pdf --html report.html --title 'Sparse BERT on our EPYC hosts'",
            "sparseprof report --runs 3,4 --markdown summary.md       # for a pull request",
            "sparseprof report --json --csv tables/                   # the numbers behind it",
            "sparseprof report --trace run.json --runs 3              # open in Perfetto");
    }

    /// <summary>Models that reports may predict for other accelerators.</summary>
    internal static IReadOnlyDictionary<string, Architecture> Architectures { get; } = WorkloadCatalog.All.ToDictionary(workload => workload.Name, workload => workload.Architecture);

    private static ReportLoad Load(double rate, string? latency) => rate is > 0 and <= 1e9
        ? new(rate, TimeSpanText.Parse(latency, "--slo-latency")?.Value)
        : throw new UserErrorException(ErrorKind.WrongUsage, $"{rate:G} inferences a second are out of range") { Where = "--qps", Allowed = "above 0, to 1e9" };

    private static IEnumerable<long> Ids(string text) => text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(id =>
        long.TryParse(id, out var number) && number > 0 ? number : throw new UserErrorException(ErrorKind.WrongUsage, $"'{id}' is not the id of a run") { Where = "--runs", Allowed = "whole numbers from 1, separated by commas or spaces" });
}
