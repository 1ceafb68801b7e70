using SparseProf.Ops;
using SparseProf.Ops.Errors;
using SparseProf.Store.Csv;

namespace SparseProf.CostModel.Latency;

/// <summary>A row of a kernel CSV. Latency and power are null where the file does not give them.</summary>
public sealed record KernelRow(KernelCall Call, double? Seconds, double? Watts, string[] Fields)
{
    /// <summary>In the file, from 1; 0 of rows that were made.</summary>
    public int Line { get; init; }
}

/// <summary>Kernels as the CSV contract has them: columns by name in any order, empty where not applicable.</summary>
public sealed record KernelTable(string Path, IReadOnlyList<string> Header, IReadOnlyList<KernelRow> Rows)
{
    public const string Columns =
        "op,dtype,pattern,m,n,k,experts,top_k,distribution,batch,seq_q,seq_kv,heads,kv_heads,head_dim,causal,rows,columns,latency_s,power_w";

    private const double Largest = 1e12;
    private const double MostExperts = 1e5;

    /// <param name="needLatency">Whether rows without latency are errors.</param>
    /// <exception cref="UserErrorException">A missing column, text in a number, an impossible value: file, line, column, what is allowed.</exception>
    public static KernelTable Read(string path, bool needLatency)
    {
        using var file = CsvFile.Open(path);
        var reader = new RowReader(file, needLatency);
        var rows = new List<KernelRow>();
        while (file.Read())
            rows.Add(reader.Row());
        return rows.Count > 0
            ? new(path, file.Header, rows)
            : throw new UserErrorException(ErrorKind.WrongUsage, "the CSV has no data rows") { Where = path, Allowed = "at least one row below the header" };
    }

    /// <summary>
    /// Tables of the rows with latency, by family; equal calls are averaged in logs. Where the profile has no peak for a
    /// dtype, the highest rate of the rows stands for it.
    /// </summary>
    public static IEnumerable<FamilyTable> Families(IEnumerable<KernelRow> rows, Hardware.HardwareProfile profile)
    {
        foreach (var family in rows.Where(row => row.Seconds is not null).GroupBy(row => row.Call.Family))
        {
            var first = family.First().Call;
            var calls = family.GroupBy(row => row.Call).Select(same => (same.Key, Seconds: Math.Exp(same.Average(row => Math.Log(row.Seconds!.Value))))).ToArray();
            var reached = calls.Max(call => Work.Of(call.Key).Flops / call.Seconds);
            yield return new(family.Key, profile.Figures(first, reached), [.. calls.Select(call => call.Key)], [.. calls.Select(call => call.Seconds)]);
        }
    }

    private sealed class RowReader(CsvFile file, bool needLatency)
    {
        private readonly int _op = file.Require("op");
        private readonly int _dtype = file.Require("dtype");
        private readonly int _latency = needLatency ? file.Require("latency_s") : file.Find("latency_s");
        private readonly int _power = file.Find("power_w");

        public KernelRow Row()
        {
            var kind = Kind();
            var call = new KernelCall(kind, DTypes.Parse(file.Text(_dtype), Where(_dtype))) { Pattern = Pattern() };
            call = kind switch
            {
                KernelKind.Gemm => call with { M = Size("m"), N = Size("n"), K = Size("k"), Batch = Size("batch", 1) },
                KernelKind.MoeFfn => Moe(call),
                KernelKind.Attention => Attention(call),
                KernelKind.Conv2d => Convolution(call),
                _ => call with { Rows = Size("rows"), Columns = Size("columns"), Operands = Size("operands", 1) },
            };
            return new(call, Positive(_latency, needLatency), Positive(_power, false), [.. Enumerable.Range(0, file.Header.Count).Select(file.Text)]) { Line = file.Line };
        }

        private KernelKind Kind()
        {
            var text = file.Text(_op);
            foreach (var kind in Enum.GetValues<KernelKind>())
            {
                if (string.Equals(kind.Name(), text, StringComparison.OrdinalIgnoreCase))
                    return kind;
            }

            throw Suggestion.UnknownName("op", text, [.. KernelKinds.Names], Where(_op));
        }

        private SparsityPattern Pattern()
        {
            var column = file.Find("pattern");
            var text = file.Text(column);
            return text.Length == 0 ? SparsityPattern.Dense.Instance : SparsityPatternText.Parse(text, Where(column));
        }

        private KernelCall Moe(KernelCall call)
        {
            var experts = Size("experts");
            if (experts > MostExperts)
                throw file.Problem(file.Find("experts"), $"experts is {experts}", $"1 to {MostExperts:G}");
            var topK = Size("top_k");
            var matrices = file.Find("matrices");
            return call with { M = Size("m"), N = Size("n"), K = Size("k"), Experts = experts, TopK = topK, Matrices = Matrices(matrices), LoadExponent = Exponent() };
        }

        private double Matrices(int column) => file.OptionalNumber(column) switch
        {
            null => 0,
            2 or 3 => file.Number(column),
            var other => throw file.Problem(column, $"matrices is {other}", "2 (plain experts), 3 (gated ones) or empty"),
        };

        private KernelCall Attention(KernelCall call)
        {
            var heads = Size("heads");
            var queries = Size("seq_q");
            return call with
            {
                Batch = Size("batch", 1),
                SeqQ = queries,
                SeqKv = Size("seq_kv", queries),
                Heads = heads,
                KvHeads = Size("kv_heads", heads),
                HeadDim = Size("head_dim"),
                Causal = Flag("causal"),
            };
        }

        private KernelCall Convolution(KernelCall call)
        {
            var high = Size("rows");
            var shaped = call with
            {
                Batch = Size("batch", 1),
                N = Size("n"),
                K = Size("k"),
                Rows = high,
                Columns = Size("columns", high),
                Kernel = Size("kernel", 1),
                Stride = Size("stride", 1),
                Padding = file.OptionalNumber(file.Find("padding")) ?? 0,
            };
            return shaped.Padding >= 0 && Math.Min(shaped.Rows, shaped.Columns) + 2 * shaped.Padding >= shaped.Kernel
                ? shaped
                : throw file.Problem(file.Find("kernel"), "the kernel is larger than the padded image", "kernel <= rows + 2·padding");
        }

        private double Exponent()
        {
            var column = file.Find("distribution");
            var text = file.Text(column);
            const string PowerLaw = "power_law_";
            if (text.Length == 0 || text == "balanced")
                return 0;
            if (text.StartsWith(PowerLaw, StringComparison.Ordinal) && double.TryParse(text.AsSpan(PowerLaw.Length), out var exponent) && exponent is > 0 and < 10)
                return exponent;
            throw file.Problem(column, $"'{text}' is not a distribution", "balanced, or power_law_EXPONENT such as power_law_1.01");
        }

        private bool Flag(string name)
        {
            var column = file.Find(name);
            return file.Text(column).ToLowerInvariant() switch
            {
                "" or "0" or "false" => false,
                "1" or "true" => true,
                var text => throw file.Problem(column, $"'{text}' is not yes or no", "0, 1, true, false or empty"),
            };
        }

        private double Size(string name, double? otherwise = null)
        {
            var column = otherwise is null ? file.Require(name) : file.Find(name);
            var value = file.OptionalNumber(column) ?? otherwise ?? throw file.Problem(column, $"{name} is empty", "a whole number from 1");
            return value is >= 1 and <= Largest && value == Math.Floor(value)
                ? value
                : throw file.Problem(column, $"{name} is {value}", $"a whole number from 1 to {Largest:G}");
        }

        private double? Positive(int column, bool needed)
        {
            var value = needed ? file.Number(column) : file.OptionalNumber(column);
            return value is null or > 0 ? value : throw file.Problem(column, $"{file.Header[column]} is {value}", "a positive number");
        }

        private string? Where(int column) => column < 0 ? null : $"{file.Path}:{file.Line}, column {column + 1} ({file.Header[column]})";
    }
}
