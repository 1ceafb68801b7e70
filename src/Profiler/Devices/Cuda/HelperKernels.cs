namespace SparseProf.Profiler.Devices.Cuda;

/// <summary>The harness's own kernels: their source, and their names where the architecture has them.</summary>
internal static class HelperKernels
{
    private const int FirstWithFp8 = 89;

    private static readonly string[] Everywhere =
    [
        "sp_empty", "sp_block", "sp_burn", "sp_stamp", "sp_flush", "sp_fill_fp32", "sp_fill_bf16", "sp_fill_fp16", "sp_fill_int8",
        "sp_prune12_32", "sp_prune24_32", "sp_prune24_16", "sp_prune24_fp8", "sp_prune24_int8", "sp_transpose_16", "sp_transpose_32",
        "sp_gather", "sp_combine_fp32", "sp_combine_bf16", "sp_combine_fp16", "sp_reference",
    ];

    public static string Source { get; } = ReadSource();

    public static IReadOnlyList<string> NamesFor(int architecture) =>
        architecture >= FirstWithFp8 ? [.. Everywhere, "sp_fill_fp8"] : Everywhere;

    private static string ReadSource()
    {
        using var stream = typeof(HelperKernels).Assembly.GetManifestResourceStream("HelperKernels.cu")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
