using System.Globalization;
using SparseProf.CostModel.Latency;
using SparseProf.Ops;
using SparseProf.Store.Csv;

namespace SparseProf.Accuracy;

/// <summary>Reads published tables, each with columns and units of its own, as rows of the kernel contract.</summary>
internal sealed class PublicTables(string directory)
{
    private const double Milli = 1e-3;
    private const double Micro = 1e-6;

    /// <summary>The folder of a table, or null where it is absent.</summary>
    public string? File(string name)
    {
        var path = Path.Combine(directory, name, "data.csv.gz");
        return System.IO.File.Exists(path) ? path : null;
    }

    /// <summary>bf16 products of aiconfigurator's tables.</summary>
    public KernelTable Gemm(string name) => Read(name, row => row.Text("dtype") != "bfloat16"
        ? null
        : new(Product(row, "m", "n", "k"), row.Number("latency_ms") * Milli, row.Optional("power_w"), []));

    /// <summary>bf16 mixtures of aiconfigurator's tables, without expert parallelism.</summary>
    public KernelTable Mixtures(string name) => Read(name, row => row.Text("dtype") != "bfloat16" || row.Number("moe_ep_size") != 1
        ? null
        : new(
            new(KernelKind.MoeFfn, DType.Bf16)
            {
                M = row.Number("num_tokens"),
                N = Math.Floor(row.Number("inter_size") / row.Number("moe_tp_size")),
                K = row.Number("hidden_size"),
                Experts = row.Number("num_experts"),
                TopK = row.Number("topk"),
                LoadExponent = Exponent(row.Text("distribution")),
            },
            row.Number("latency_ms") * Milli, null, []));

    /// <summary>bf16 products on one GPU, without graphs: the dense side of the table of 2:4 weights.</summary>
    public KernelTable Dense(string gpu) => Read("dense_vs_24", row => row.Text("gpu") != gpu || row.Text("dtype") != "BF16"
        ? null
        : new(Product(row, "M", "N", "K"), row.Number("dense_us") * Micro, null, []));

    /// <summary>bf16 products with 2:4 weights on one GPU.</summary>
    public KernelTable TwoFour(string gpu) => Read("dense_vs_24", row => row.Text("gpu") != gpu || row.Text("dtype") != "BF16" || row.Text("sparse24_us").Length == 0
        ? null
        : new(Product(row, "M", "N", "K") with { Pattern = SparsityPatternText.Parse("2:4", null) }, row.Number("sparse24_us") * Micro, null, []));

    /// <summary>fp32 products, softmax and normalization of NeuSight's table on one GPU; its K is the second size of the result, its N the depth.</summary>
    public KernelTable Fp32Kernels(string name, string device) => Read(name, row => row.Text("device") != device
        ? null
        : new(
            row.Text("op") switch
            {
                "linear" or "bmm" => new(KernelKind.Gemm, DType.Fp32) { Batch = row.Text("op") == "bmm" ? row.Number("B") : 1, M = row.Number("M"), N = row.Number("K"), K = row.Number("N") },
                "softmax" => new(KernelKind.Softmax, DType.Fp32) { Rows = row.Number("B"), Columns = row.Number("H") },
                _ => new KernelCall(KernelKind.LayerNorm, DType.Fp32) { Rows = row.Number("B"), Columns = row.Number("H") },
            },
            row.Number("latency_ms") * Milli, null, []));

    /// <summary>Inference of whole models on one GPU, without compiled fusion.</summary>
    public IReadOnlyList<(string Model, long Sequence, long Batch, double Seconds)> ModelRuns(string name, string device)
    {
        var runs = new List<(string, long, long, double)>();
        Read(name, row =>
        {
            if (row.Text("device") == device && row.Text("mode") == "inf" && row.Text("option").Length == 0)
                runs.Add((row.Text("model"), (long)row.Number("seqlen"), (long)row.Number("batch"), row.Number("measured_ms") * Milli));
            return null;
        });
        return runs;
    }

    private static KernelCall Product(Row row, string m, string n, string k) =>
        new(KernelKind.Gemm, DType.Bf16) { M = row.Number(m), N = row.Number(n), K = row.Number(k) };

    private static double Exponent(string distribution) =>
        distribution == "balanced" ? 0 : double.Parse(distribution["power_law_".Length..], CultureInfo.InvariantCulture);

    private KernelTable Read(string name, Func<Row, KernelRow?> convert)
    {
        using var file = CsvFile.Open(File(name)!);
        var rows = new List<KernelRow>();
        while (file.Read())
        {
            if (convert(new Row(file)) is { } row)
                rows.Add(row);
        }

        return new(name, file.Header, rows);
    }

    private readonly record struct Row(CsvFile File)
    {
        public string Text(string column) => File.Text(File.Require(column));

        public double Number(string column) => File.Number(File.Require(column));

        public double? Optional(string column) => File.OptionalNumber(File.Find(column));
    }
}
