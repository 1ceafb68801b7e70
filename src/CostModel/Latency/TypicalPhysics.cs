using SparseProf.CostModel.Hardware;
using SparseProf.Ops;

namespace SparseProf.CostModel.Latency;

/// <summary>Constants of <see cref="KernelPhysics"/> where nothing was measured of a kind of kernel, and what they are worth: half-widths in logs that nine tenths of public tables keep within.</summary>
public static class TypicalPhysics
{
    /// <summary>Share of their peak that large 2:4 products reach.</summary>
    public const double TwoFourShare = 0.6;

    private const double CsrShareOfVectorUnits = 0.3;
    private const double DenseHalfWidth = 0.7;

    // Medians of public tables: 2:4 on A100, H100 PCIe and B200, its launch on Hopper from the H100's; CSR on an RTX 3090 (VENOM),
    // relative to the vector units, for devices that SparseLibraries does not know. Blocks are of Blocked-ELL on an H200.
    private static readonly KernelPhysics TwoFour = KernelPhysics.Typical with { Compute = TwoFourShare };
    private static readonly KernelPhysics HopperTwoFour = TwoFour with { Launch = 3e-6 };
    private static readonly KernelPhysics Block = KernelPhysics.Typical with { Compute = 0.2 };

    // Of the product alone, as 2:4's: the kernel that quantizes its input, which aiconfigurator's tables hold, would make 2:4 look
    // better than it is. vllmbench's H100: fp8 reaches 0.8 of the peak, int8 more at many tokens.
    private static readonly KernelPhysics EightBit = KernelPhysics.Typical with { Launch = 2.6e-6, Compute = 0.8, Memory = 0.75, TileTraffic = 1 };

    // Routing, sorting, two grouped products, activation and combining are several launches; fused attention one or two.
    private static readonly KernelPhysics Mixture = KernelPhysics.Typical with { Launch = 14e-6, Compute = 0.5, Memory = 0.65 };
    private static readonly KernelPhysics FusedAttention = KernelPhysics.Typical with { Launch = 5e-6, Memory = 0.6 };

    public static (KernelPhysics Physics, double HalfWidth) For(KernelCall call, DeviceFigures device)
    {
        var (physics, halfWidth) = (call.Kind, call.Pattern, call.DType) switch
        {
            (KernelKind.MoeFfn, SparsityPattern.Dense, _) => (Mixture, 0.8),
            (KernelKind.Attention, _, _) => (FusedAttention, 0.9),
            (_, SparsityPattern.NofM, _) => (device.Generation.Name == Generation.Hopper.Name ? HopperTwoFour : TwoFour, 0.8),
            (_, SparsityPattern.Block, _) => (Block, 1.2),
            (_, SparsityPattern.Unstructured, _) => (Csr(device), 1.5),
            (_, _, DType.Fp8 or DType.Int8) => (EightBit, 1.1),
            _ => (KernelPhysics.Typical, DenseHalfWidth),
        };
        return (Moved(physics, Generation.Hopper, device.Generation), halfWidth);
    }

    /// <summary>Constants found on one architecture as they are expected on another.</summary>
    public static KernelPhysics Moved(KernelPhysics physics, Generation from, Generation to)
    {
        if (from == to || !from.IsKnown || !to.IsKnown)
            return physics;
        var compute = to.Compute / from.Compute;
        return physics with
        {
            Launch = Math.Max(0.3 * physics.Launch, physics.Launch + to.FixedSeconds - from.FixedSeconds),
            Compute = physics.Compute * compute,
            TileTraffic = physics.TileTraffic * compute,
            Memory = physics.Memory * to.Memory / from.Memory,
        };
    }

    private static KernelPhysics Csr(DeviceFigures device) =>
        KernelPhysics.Typical with { Compute = CsrShareOfVectorUnits * Math.Min(1, (device.VectorPeak ?? device.Peak / 8) / device.Peak) };
}
