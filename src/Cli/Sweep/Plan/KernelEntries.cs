using SparseProf.CostModel.Latency;
using SparseProf.Ops;
using SparseProf.Ops.Errors;
using SparseProf.Ops.Units;

namespace SparseProf.Cli.Sweep.Plan;

/// <summary>Reads kernels of a plan: axes that are multiplied out, the pattern varying fastest, or the rows of a kernel CSV.</summary>
internal static class KernelEntries
{
    private static readonly string[] s_sizes = ["m", "n", "k", "batch", "experts", "top_k", "rows", "columns", "kernel", "stride", "padding", "operands"];

    private static readonly string[] s_keys = ["op", "dtype", "pattern", "shape", .. s_sizes, "csv", "devices", "time_per_case"];

    private const long Largest = 1_000_000_000_000;

    public static KernelEntry Of(PlanNode node, Seconds? time)
    {
        var fields = node.Fields(s_keys);
        var settings = EntryText.Settings(fields, time);
        return fields.Find("csv") is { } csv ? Csv(csv, fields, settings) : new KernelEntry(settings, node.Path, [.. Rows(fields, node.Line)]);
    }

    /// <summary>The kernels of a plan as a table, for one device that is chosen otherwise.</summary>
    /// <exception cref="UserErrorException">The plan asks for something else too.</exception>
    public static KernelTable Table(SweepPlan plan) => plan is { Models: [], Training: [], Kernels.Count: > 0 }
        ? new KernelTable(plan.Path, KernelPlan.Header.Split(','), [.. plan.Kernels.SelectMany(entry => entry.Rows).Where(Fits).Select(row => row with { Fields = KernelPlan.Fields(row.Call) })])
        : throw new UserErrorException(ErrorKind.WrongUsage, "only a plan of kernels can be measured in one run") { Where = plan.Path, Next = $"sparseprof sweep {plan.Path} takes models and training too" };

    private static bool Fits(KernelRow row) => row.Call.Kind != KernelKind.Gemm || row.Call.Pattern.Misfit((long)row.Call.N, (long)row.Call.K) is null;

    private static KernelEntry Csv(PlanNode csv, PlanFields fields, EntrySettings settings)
    {
        if (s_keys.Where(key => key is not ("csv" or "devices" or "time_per_case")).Select(fields.Find).FirstOrDefault(found => found is not null) is { } other)
            throw other.Problem("a csv says itself what its kernels are", next: "leave everything but devices and time_per_case out");
        var path = DeviceEntries.Beside(csv);
        return new KernelEntry(settings, path, KernelTable.Read(path, needLatency: false).Rows);
    }

    private static IEnumerable<KernelRow> Rows(PlanFields fields, int line)
    {
        var kind = Kind(fields.Require("op"));
        var (required, optional) = Sizes(kind);
        foreach (var size in s_sizes.Except(required).Except(optional))
        {
            if (fields.Find(size) is { } strange)
                throw strange.Problem($"{kind.Name()} has no {size}", string.Join(", ", required.Concat(optional)));
        }

        var dtypes = fields.Axis("dtype", item => DTypes.Parse(item.Text, item.Where), DType.Fp32);
        var patterns = fields.Axis<SparsityPattern>("pattern", item => SparsityPatternText.Parse(item.Text, item.Where), SparsityPattern.Dense.Instance);
        if (kind is KernelKind.Softmax or KernelKind.LayerNorm or KernelKind.Elementwise && fields.Find("pattern") is { } pattern)
            throw pattern.Problem($"{kind.Name()} has no weights that could be sparse", next: "leave pattern out");
        foreach (var dtype in dtypes)
        {
            foreach (var sized in Sized(new KernelCall(kind, dtype), fields, required, optional))
            {
                foreach (var kept in patterns)
                    yield return new KernelRow(sized with { Pattern = kept }, null, null, []) { Line = line };
            }
        }
    }

    private static KernelKind Kind(PlanNode node)
    {
        var names = Enum.GetValues<KernelKind>().Where(kind => kind != KernelKind.Attention).ToDictionary(kind => kind.Name());
        return names.TryGetValue(node.Text, out var kind) ? kind : throw Suggestion.UnknownName("op", node.Text, [.. names.Keys], node.Where);
    }

    private static (string[] Required, string[] Optional) Sizes(KernelKind kind) => kind switch
    {
        KernelKind.Gemm => (["m", "n", "k"], ["batch"]),
        KernelKind.MoeFfn => (["m", "n", "k", "experts", "top_k"], []),
        KernelKind.Conv2d => (["n", "k", "rows", "columns"], ["batch", "kernel", "stride", "padding"]),
        KernelKind.Elementwise => (["rows", "columns"], ["operands"]),
        _ => (["rows", "columns"], []),
    };

    private static List<KernelCall> Sized(KernelCall call, PlanFields fields, string[] required, string[] optional)
    {
        var calls = new List<KernelCall> { call };
        if (fields.Find("shape") is { } shape)
        {
            if (required is not ["m", "n", "k", ..])
                throw shape.Problem($"{call.Kind.Name()} has no shape", string.Join(", ", required));
            calls = [.. shape.Items.Select(item => Shape(call, item, fields))];
            required = required[3..];
        }

        foreach (var name in required.Concat(optional))
        {
            if (fields.Find(name) is not { } axis)
            {
                if (required.Contains(name))
                    throw fields.Owner.Problem($"{call.Kind.Name()} lacks {name}", string.Join(", ", required.Concat(optional)));
                continue;
            }

            var values = axis.Items.Select(item => (double)item.Whole(name == "padding" ? 0 : 1, Largest)).ToList();
            calls = [.. calls.SelectMany(_ => values, (sized, value) => With(sized, name, value))];
            EntryText.CheckCount(calls.Count, axis);
        }

        return calls;
    }

    private static KernelCall Shape(KernelCall call, PlanNode item, PlanFields fields)
    {
        foreach (var name in new[] { "m", "n", "k" })
        {
            if (fields.Find(name) is { } twice)
                throw twice.Problem($"{name} stands beside shape", next: "leave one of them out");
        }

        var parts = item.Text.Split('x');
        return parts.Length == 3 && parts.All(part => long.TryParse(part, System.Globalization.NumberStyles.None, null, out var size) && size is > 0 and <= Largest)
            ? call with { M = long.Parse(parts[0]), N = long.Parse(parts[1]), K = long.Parse(parts[2]) }
            : throw item.Problem($"'{item.Text}' is no shape", "MxNxK, such as 128x3072x768");
    }

    private static KernelCall With(KernelCall call, string name, double value) => name switch
    {
        "m" => call with { M = value },
        "n" => call with { N = value },
        "k" => call with { K = value },
        "batch" => call with { Batch = value },
        "experts" => call with { Experts = value },
        "top_k" => call with { TopK = value },
        "rows" => call with { Rows = value },
        "columns" => call with { Columns = value },
        "kernel" => call with { Kernel = value },
        "stride" => call with { Stride = value },
        "padding" => call with { Padding = value },
        _ => call with { Operands = value },
    };
}
