using SparseProf.Ops;

namespace SparseProf.CostModel.Latency;

/// <summary>
/// What vendors' sparse kernels on NVIDIA GPUs add to <see cref="KernelPhysics"/>, where none was measured. Two things that tuned
/// dense kernels do not have: a product's depth is one serial chain, not split among multiprocessors, so few tokens take as long
/// as some hundreds; and a product by single nonzeros pays for rows and gathers, not for arithmetic.
/// </summary>
internal static class SparseLibraries
{
    // cuSPARSELt on an H100 PCIe (vllmbench, 64 tokens): 14.1, 36.2 µs at depths of 2048, 8192 for widths of 2048 and 3072 alike,
    // 3.6 ns a unit of depth of two bytes at 1.755 GHz. Ampere's kernels of the same table do split the depth.
    private const double TwoFourCyclesOfByte = 3.2;

    // cuSPARSE Blocked-ELL on an H200, 16 tokens, blocks of 64: 22.1 µs more for 1640 more of stored depth, at 1.8 GHz.
    private const double BlockCycles = 24;

    // cuSPARSE CSR on an H200, 14 products of 16 and 1024 tokens: a row costs as much as 64 nonzeros, a nonzero as much as
    // 64 tokens, and what remains runs at 17 % of the vector units' peak. Sputnik on an RTX 3090 (VENOM, 84 products) is
    // predicted by the same figures within 28 % on average.
    private const double NonzerosOfRow = 64;
    private const double TokensOfNonzero = 64;
    private const double ShareOfVectorUnits = 0.17;

    /// <summary>Whether a call takes more than its physics say.</summary>
    public static bool Covers(KernelCall call, DeviceFigures device) => device.Generation.IsKnown && call.Pattern switch
    {
        SparsityPattern.NofM => IsHopper(device),
        SparsityPattern.Block or SparsityPattern.Unstructured => true,
        _ => false,
    };

    /// <summary>Seconds of one call that <see cref="Covers"/> names.</summary>
    /// <param name="seconds">What the physics say.</param>
    public static double Seconds(KernelCall call, in Work work, KernelPhysics physics, double seconds, DeviceFigures device) => call.Pattern switch
    {
        SparsityPattern.Unstructured => physics.Launch + Larger(work.Bytes / (device.Bandwidth * physics.Memory), Gathers(work, device)),
        SparsityPattern.NofM => physics.Launch + Larger(seconds - physics.Launch, work.Depth * work.ElementBytes * TwoFourCyclesOfByte / device.Clock),
        _ => physics.Launch + Larger(seconds - physics.Launch, work.Depth * BlockCycles / device.Clock),
    };

    private static double Gathers(in Work work, DeviceFigures device)
    {
        var nonzeros = work.Flops / (2 * work.Rows) + work.Batch * NonzerosOfRow * work.Columns;
        return 2 * nonzeros * (work.Rows + TokensOfNonzero) / (ShareOfVectorUnits * (device.VectorPeak ?? device.Peak / 8));
    }

    // The soft maximum of KernelPhysics.
    private static double Larger(double a, double b) => Math.Cbrt(a * a * a + b * b * b);

    private static bool IsHopper(DeviceFigures device) => device.Generation.Name == Hardware.Generation.Hopper.Name;
}
