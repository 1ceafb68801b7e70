using System.Globalization;

namespace SparseProf.CostModel.Latency;

/// <summary>Writes kernels to be measured as a CSV of the kernel contract, latency left empty.</summary>
public static class KernelPlan
{
    /// <summary>The columns of the contract, then those that only some ops have.</summary>
    public const string Header = KernelTable.Columns + ",kernel,stride,padding,operands,matrices";

    public static void Write(string path, IEnumerable<KernelCall> calls)
    {
        using var writer = new StreamWriter(path);
        writer.WriteLine(Header);
        foreach (var call in calls)
            writer.WriteLine(CsvText.Line(Fields(call)));
    }

    /// <summary>A call as a row of <see cref="Header"/>, without latency and power.</summary>
    public static string[] Fields(KernelCall call)
    {
        string[] Sizes(params double[] sizes) => [.. sizes.Select(size => size > 0 ? size.ToString(CultureInfo.InvariantCulture) : "")];
        var distribution = call.LoadExponent > 0 ? $"power_law_{call.LoadExponent.ToString(CultureInfo.InvariantCulture)}" : call.Experts > 0 ? "balanced" : "";
        return
        [
            call.Kind.Name(), Ops.DTypes.Name(call.DType), call.Pattern.Text,
            .. Sizes(call.M, call.N, call.K, call.Experts, call.TopK), distribution,
            .. Sizes(call.Batch, call.SeqQ, call.SeqKv, call.Heads, call.KvHeads, call.HeadDim), call.Causal ? "1" : "",
            .. Sizes(call.Rows, call.Columns), "", "",
            .. call.Kind == KernelKind.Conv2d ? Sizes(call.Kernel, call.Stride, call.Padding) : ["", "", ""],
            .. Sizes(call.Kind == KernelKind.Elementwise ? call.Operands : 0, call.Matrices),
        ];
    }
}
