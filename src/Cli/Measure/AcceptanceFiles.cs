using SparseProf.Cli.Output;
using SparseProf.CostModel.Hardware;
using SparseProf.Ops.Errors;
using SparseProf.Profiler.Doctor;

namespace SparseProf.Cli.Measure;

/// <summary>What an acceptance leaves to be committed: tables with versions, and the GPU as a profile.</summary>
internal static class AcceptanceFiles
{
    /// <returns>The folder of the device below <paramref name="results"/>.</returns>
    public static string Write(string results, GpuEvidence evidence, IReadOnlyList<DoctorCheck> checks, IReadOnlyList<Verdict> verdicts)
    {
        var run = evidence.Run;
        var folder = Path.Combine(results, MeasuredProfile.Slug(run.DeviceName));
        Directory.CreateDirectory(folder);
        using (var text = new StreamWriter(Path.Combine(folder, "gpu.md")))
        {
            text.WriteLine($"# {run.DeviceName}");
            text.WriteLine();
            text.WriteLine($"`{run.Command}`, SparseProf {run.ProgramVersion} ({run.GitCommit ?? "no commit"}), {run.StartedUtc:yyyy-MM-dd}, {run.HostSystem}.");
            text.WriteLine();
            text.WriteLine("```");
            Verdicts(verdicts, text);
            text.WriteLine();
            GpuTables.Write(evidence, json: false, text);
            text.WriteLine();
            // Where a machine keeps its libraries is nobody else's concern.
            Checks([.. checks.Select(check => check with { Detail = check.Detail.Split(" at /")[0] })], text);
            text.WriteLine("```");
        }

        try
        {
            File.WriteAllText(Path.Combine(folder, "profile.json"), MeasuredProfile.Of(evidence.Reader, run.Id, null, evidence.Rows).ToJsonString(JsonOutput.Options) + "\n");
        }
        catch (UserErrorException none)
        {
            Console.Error.WriteLine($"no profile: {none.Message}");
        }

        return folder;
    }

    public static void Verdicts(IReadOnlyList<Verdict> verdicts, TextWriter output)
    {
        var table = new TextTable().Text("", "what").Numbers("found").Prose("expected");
        foreach (var verdict in verdicts)
            table.Row(verdict.Passed switch { true => "ok", false => "OFF", _ => "-" }, verdict.What, verdict.Found, verdict.Expected);
        table.Write(output);
    }

    public static void Checks(IReadOnlyList<DoctorCheck> checks, TextWriter output)
    {
        foreach (var check in checks)
            output.WriteLine($"{check.Status.ToString().ToLowerInvariant(),-8}{check.Name}: {check.Detail}");
    }
}
