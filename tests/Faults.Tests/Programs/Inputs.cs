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
