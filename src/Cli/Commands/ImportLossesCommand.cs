using System.CommandLine;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using SparseProf.Cli.Output;
using SparseProf.CostModel.Scaling.Data;
using SparseProf.Store;
using SparseProf.Store.Rows;

namespace SparseProf.Cli.Commands;

/// <summary><c>sparseprof import losses</c>: losses of training runs made elsewhere, checked on the way in.</summary>
internal static class ImportLossesCommand
{
    public static Command Build()
    {
        var file = new Argument<string>("FILE.csv") { Description = "Columns parameters,tokens,sparsity,loss; further ones are kept as labels." };
        var n = FitScalingCommand.NOption();
        var database = CommonOptions.Database();
        var json = CommonOptions.Json();
        var command = new Command("losses", "Takes losses of training runs into the database, and tells what looks wrong with them.") { file, n, database, json };
        command.SetAction(parsed => Import(
            parsed.GetValue(file)!, FitScalingCommand.Convention(parsed.GetValue(n)), parsed.GetValue(database)!.FullName, parsed.GetValue(json)));
        return command.WithExamples(
            "sparseprof import losses runs.csv --n active",
            "sparseprof fit scaling --law kappa   # then fits what the database holds");
    }

    private static void Import(string path, ParameterConvention convention, string database, bool json)
    {
        var table = LossCsv.Read(path, convention);
        var doubts = LossDoubts.Find(table);
        var kind = convention == ParameterConvention.Unstated ? "unknown" : convention.ToString().ToLowerInvariant();
        var import = new ImportRow
        {
            Kind = "losses",
            File = Path.GetFileName(path),
            Sha256 = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path))),
            ImportedUtc = DateTimeOffset.UtcNow,
        };
        using var writer = MeasurementWriter.Open(database);
        var isNew = writer.ImportLosses(import, [.. table.Rows.Select(row => new ImportedLossRow
        {
            Line = row.Line,
            Parameters = row.Parameters,
            ParametersKind = kind,
            Tokens = row.Tokens,
            Sparsity = row.Sparsity,
            Loss = row.Loss,
            LabelsJson = JsonSerializer.Serialize(row.Labels),
        })]);
        if (json)
        {
            JsonOutput.Write(new JsonObject
            {
                ["file"] = path,
                ["db"] = database,
                ["rows"] = table.Rows.Count,
                ["imported"] = isNew,
                ["n"] = kind,
                ["doubts"] = new JsonArray([.. doubts.Select(text => (JsonNode)text)]),
            });
            return;
        }

        Console.Out.WriteLine(isNew ? $"{table.Rows.Count} losses imported into {database}" : $"{path} was imported before: nothing changed");
        foreach (var doubt in doubts)
            Console.Out.WriteLine($"caution: {doubt}");
    }
}
