using System.CommandLine;
using System.Text.Json;
using SparseProf.Cli.Output;
using SparseProf.Ops.Units;
using SparseProf.Profiler.Doctor;
using SparseProf.Profiler.Sampling;

namespace SparseProf.Cli.Commands;

/// <summary><c>sparseprof doctor</c>: what was found, what is missing, and the remedy.</summary>
internal static class DoctorCommand
{
    public static Command Build()
    {
        var budget = new Option<string?>("--time-budget") { Description = "Tell what has not answered by then as missing: 20s, 2m. Default: 50s.", HelpName = "TIME" };
        var json = CommonOptions.Json();
        var command = new Command("doctor", "Says what was found on this machine (libraries, versions, permissions), what is missing, and how to mend it.") { budget, json };
        command.SetAction(parsed => Print(Examination.Run(new TimeBudget(TimeProvider.System, TimeSpanText.Parse(parsed.GetValue(budget), "--time-budget") ?? Examination.Time)), parsed.GetValue(json)));
        return command.WithExamples(
            "sparseprof doctor          # a line for each thing that was looked for",
            "sparseprof doctor --json   # the same for a script",
            "sparseprof doctor --time-budget 3m  # a disk from which libraries of gigabytes load slowly");
    }

    private static void Print(IReadOnlyList<DoctorCheck> checks, bool json)
    {
        if (json)
        {
            JsonOutput.Write(new { Checks = checks.Select(check => new { check.Area, check.Name, Status = StatusName(check), check.Detail, check.Remedy }) });
            return;
        }

        var table = new TextTable().Text("", "area", "what").Prose("found");
        foreach (var check in checks)
            table.Row(Mark(check.Status), check.Area, check.Name, check.Detail);
        table.Write(Console.Out);
        foreach (var check in checks.Where(check => check.Remedy is not null))
            Console.Out.WriteLine($"\n{check.Area}, {check.Name}: {check.Remedy}");
    }

    private static string StatusName(DoctorCheck check) => JsonNamingPolicy.SnakeCaseLower.ConvertName(check.Status.ToString());

    private static string Mark(DoctorStatus status) => status switch
    {
        DoctorStatus.Ok => "ok",
        DoctorStatus.Limited => "limited",
        _ => "MISSING",
    };
}
