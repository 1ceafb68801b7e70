using System.CommandLine;
using System.Globalization;
using SparseProf.Cli.Output;
using SparseProf.Ops.Units;
using SparseProf.Workloads.Data;

namespace SparseProf.Cli.Commands;

/// <summary><c>sparseprof data list</c>: what there is to train on, and where it comes from.</summary>
internal static class DataListCommand
{
    public static Command Build()
    {
        var json = CommonOptions.Json();
        var command = new Command("list", "One line for each data set.") { json };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(json))
                JsonOutput.Write(DataCatalog.All.Select(Document));
            else
                Write(Console.Out);
        });
        return command.WithExamples("sparseprof data list", "sparseprof data list --json");
    }

    private static void Write(TextWriter output)
    {
        var table = new TextTable().Text("name", "what it is").Numbers("train", "validation", "download").Text("made by");
        foreach (var entry in DataCatalog.All)
        {
            table.Row(
                entry.Name, entry.Description, Count(entry.Train), Count(entry.Validation),
                entry.Archive is { } archive ? new Bytes(archive.Bytes).ToString() : "none",
                entry.Synthetic ? "a program (synthetic)" : "people");
        }

        table.Write(output);
        output.WriteLine("next: 'sparseprof data get NAME DIR' downloads one; synthetic sets and text need no download");
    }

    private static string Count(int? count) => count?.ToString("N0", CultureInfo.InvariantCulture) ?? "as the text";

    private static object Document(DataEntry entry) => new
    {
        entry.Name,
        entry.Description,
        entry.Synthetic,
        TrainExamples = entry.Train,
        ValidationExamples = entry.Validation,
        Archive = entry.Archive is not { } archive ? null : new
        {
            archive.Address,
            archive.Bytes,
            archive.Md5,
            archive.Sha256,
            archive.SumsFrom,
            Files = archive.Files.Select(file => file.Name),
        },
    };
}
