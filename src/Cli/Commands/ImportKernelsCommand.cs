using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using SparseProf.Cli.Output;
using SparseProf.CostModel.Hardware;
using SparseProf.CostModel.Latency;
using SparseProf.Ops;
using SparseProf.Store;
using SparseProf.Store.Rows;

namespace SparseProf.Cli.Commands;

/// <summary><c>sparseprof import kernels</c>: kernels that were timed elsewhere, checked on the way in.</summary>
internal static class ImportKernelsCommand
{
    private static readonly HashSet<string> Contract = new(KernelTable.Columns.Split(','), StringComparer.OrdinalIgnoreCase);

    public static Command Build()
    {
        var file = new Argument<string>("FILE.csv") { Description = $"Columns {KernelTable.Columns}; further ones are kept." };
        var profile = ModelOptions.Profile();
        var database = CommonOptions.Database();
        var json = CommonOptions.Json();
        var command = new Command("kernels", "Takes a table of timed kernels into the database.") { file, profile, database, json };
        command.SetAction(parsed => Import(parsed.GetValue(file)!, ProfileCatalog.Load(parsed.GetValue(profile)!), parsed.GetValue(database)!.FullName, parsed.GetValue(json)));
        return command.WithExamples("sparseprof import kernels h200.csv --profile nvidia-h200-sxm-141gb");
    }

    private static void Import(string path, HardwareProfile profile, string database, bool json)
    {
        var table = KernelTable.Read(path, needLatency: true);
        var import = new ImportRow
        {
            Kind = "kernels",
            File = Path.GetFileName(path),
            Sha256 = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path))),
            ImportedUtc = DateTimeOffset.UtcNow,
            Device = profile.Id,
        };
        using var writer = MeasurementWriter.Open(database);
        var isNew = writer.ImportKernels(import, [.. table.Rows.Select(row => Row(table.Header, row))]);
        if (json)
            JsonOutput.Write(new { File = path, Db = database, Profile = profile.Id, Rows = table.Rows.Count, Imported = isNew });
        else
            Console.Out.WriteLine(isNew ? $"{table.Rows.Count} kernels on {profile.Name} imported into {database}" : $"{path} was imported for {profile.Id} before: nothing changed");
    }

    private static ImportedKernelRow Row(IReadOnlyList<string> header, KernelRow row)
    {
        var fields = header.Zip(row.Fields).Where(pair => pair.Second.Length > 0).ToDictionary(pair => pair.First, pair => pair.Second, StringComparer.OrdinalIgnoreCase);
        long? Size(string column) => fields.TryGetValue(column, out var text) && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var size) ? (long)size : null;
        var call = row.Call;
        return new()
        {
            Line = row.Line,
            Op = call.Kind.Name(),
            Dtype = call.DType.Name(),
            Pattern = call.Pattern.Text,
            M = Size("m"),
            N = Size("n"),
            K = Size("k"),
            Experts = Size("experts"),
            TopK = Size("top_k"),
            Distribution = fields.GetValueOrDefault("distribution"),
            Batch = Size("batch"),
            SeqQ = Size("seq_q"),
            SeqKv = Size("seq_kv"),
            Heads = Size("heads"),
            KvHeads = Size("kv_heads"),
            HeadDim = Size("head_dim"),
            Causal = fields.ContainsKey("causal") ? (call.Causal ? 1 : 0) : null,
            Rows = Size("rows"),
            Columns = Size("columns"),
            LatencyS = row.Seconds!.Value,
            PowerW = row.Watts,
            ExtraJson = JsonSerializer.Serialize(fields.Where(pair => !Contract.Contains(pair.Key)).ToDictionary()),
        };
    }
}
