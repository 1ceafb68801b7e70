namespace SparseProf.Soak;

/// <summary>More kernels than an hour can measure, each small, no two alike.</summary>
internal static class EndlessPlan
{
    private const int Kernels = 20_000;
    private static readonly string[] s_patterns = ["dense", "csr@0.1", "2:4", "block:32x32@0.2"];

    public static void Write(string path)
    {
        using var plan = new StreamWriter(path);
        plan.WriteLine("op,dtype,pattern,m,n,k");
        for (var i = 0; i < Kernels; i++)
            plan.WriteLine($"gemm,fp32,{s_patterns[i % s_patterns.Length]},{1 + (i / s_patterns.Length)},128,128");
    }
}
