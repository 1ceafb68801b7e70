using System.Globalization;
using SparseProf.Testing;

namespace SparseProf.Faults.Tests.Programs;

/// <summary>Small inputs that commands work on for long enough to be disturbed.</summary>
internal static class Inputs
{
    /// <summary>Kernels so small that one is measured in a fraction of a second.</summary>
    public static string MeasurePlan(string path, int shapes)
    {
        File.WriteAllLines(path, Enumerable.Range(1, shapes).Select(m => $"gemm,fp32,{(m % 2 == 0 ? "csr@0.25" : "dense")},{m},32,32").Prepend("op,dtype,pattern,m,n,k"));
        return path;
    }

    /// <summary>As many cases for two tasks.</summary>
    public const int CasesOfSweep = 4;

    public static string SweepPlan(string path)
    {
        File.WriteAllText(path, "quick: true\ntime_per_case: 1s\nkernels:\n  - {op: gemm, m: [4, 8], n: 16, k: 32, pattern: [dense, csr@0.5]}\ndevices: {cpu: {threads: 1}}\n");
        return path;
    }

    /// <summary>Two language models of a few steps.</summary>
    public static string Grid(string path)
    {
        File.WriteAllText(path, """{"models": [{"width": 16, "layers": 1}], "tokens": [512], "sparsity": [0, 0.5], "batch": 4, "sequence": 16, "vocabulary": 300}""");
        return path;
    }

    /// <summary>A folder of text, as little as is trained on.</summary>
    public static string Text(string path)
    {
        Directory.CreateDirectory(path);
        for (var file = 0; file < 40; file++)
            File.WriteAllLines(Path.Combine(path, $"{file}.txt"), Enumerable.Range(0, 30).Select(line => $"the sentence {(file * 31) + line} of this text has words and numbers"));
        return path;
    }

    public static string KernelCsv(string path, int rows)
    {
        File.WriteAllLines(path, Enumerable.Range(1, rows).Select(m => string.Create(CultureInfo.InvariantCulture, $"gemm,bf16,dense,{m},64,64,{m * 1e-7}")).Prepend("op,dtype,pattern,m,n,k,latency_s"));
        return path;
    }

    public static string LossCsv(string path, int rows)
    {
        File.WriteAllLines(path, Enumerable.Range(1, rows).Select(i => string.Create(CultureInfo.InvariantCulture, $"{i * 1e6},{i * 2e7},0.5,{2 + (1.0 / i)}")).Prepend("parameters,tokens,sparsity,loss"));
        return path;
    }

    public static string Shard(string path, int kernels, string device)
    {
        SyntheticStore.Write(path, kernels, powerReadings: 200, samples: 32, device: device);
        return path;
    }
}
